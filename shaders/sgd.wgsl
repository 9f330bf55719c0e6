// g ← g·min(1, clip/(‖g‖ + 1e-6));  m ← μm + g;  p ← p(1 − lr·decay) − lr·m
//
// One dispatch over the whole arena: parameters, gradients and moments have the same layout. The first decayedVectors vec4s
// have weight decay. squares[0] = ‖g‖²; a clip of 0 = off. Padding stays zero, because its gradient is zero.
// Source: torch.optim.SGD; the decay is decoupled, as in AdamW.
// Grid: one invocation per vec4.
struct Params { vectors: u32, decayedVectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> moments: array<vec4f>;
@group(0) @binding(4) var<storage, read> squares: array<f32>;
@group(0) @binding(5) var<storage, read> hyper: array<f32>;

// Places in hyper: HYPER in src/graph/ops/hyper.ts.
const LEARNING_RATE = 0u;
const WEIGHT_DECAY = 3u;
const CLIP = 7u;
const MOMENTUM = 8u;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let learningRate = hyper[LEARNING_RATE];
  let clip = hyper[CLIP];
  var scale = 1.0;
  if (clip > 0) { scale = min(1.0, clip / (sqrt(squares[0]) + 1e-6)); }
  let m = hyper[MOMENTUM] * moments[i] + gradients[i] * scale;
  moments[i] = m;
  let decay = select(0.0, learningRate * hyper[WEIGHT_DECAY], i < params.decayedVectors);
  parameters[i] = parameters[i] * (1 - decay) - learningRate * m;
}
