// g ← g·min(1, clip/(‖g‖ + 1e-6));  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²
// p ← p(1 − lr·decay) − lr·(m/c₁) / (√(v/c₂) + ε),   c = 1 − βᵗ
//
// One dispatch over the whole arena: parameters, gradients and both moments have the same layout. The first decayedVectors
// vec4s have weight decay. squares[0] = ‖g‖². hyper is in memory because it changes from step to step. A clip of 0 = off.
// Padding stays zero, because its gradient is zero. Source: arXiv 1711.05101.
// Grid: one invocation per vec4.
struct Params { vectors: u32, decayedVectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> firstMoments: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> secondMoments: array<vec4f>;
@group(0) @binding(5) var<storage, read> squares: array<f32>;
@group(0) @binding(6) var<storage, read> hyper: array<f32>;

// Places in hyper: HYPER in src/graph/ops/hyper.ts.
const LEARNING_RATE = 0u;
const CORRECTION1 = 1u;
const CORRECTION2 = 2u;
const WEIGHT_DECAY = 3u;
const BETA1 = 4u;
const BETA2 = 5u;
const EPSILON = 6u;
const CLIP = 7u;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let learningRate = hyper[LEARNING_RATE];
  let clip = hyper[CLIP];
  var scale = 1.0;
  if (clip > 0) { scale = min(1.0, clip / (sqrt(squares[0]) + 1e-6)); }
  let g = gradients[i] * scale;
  let m = hyper[BETA1] * firstMoments[i] + (1 - hyper[BETA1]) * g;
  let v = hyper[BETA2] * secondMoments[i] + (1 - hyper[BETA2]) * g * g;
  firstMoments[i] = m;
  secondMoments[i] = v;
  let decay = select(0.0, learningRate * hyper[WEIGHT_DECAY], i < params.decayedVectors);
  parameters[i] = parameters[i] * (1 - decay) - learningRate * (m / hyper[CORRECTION1]) / (sqrt(v / hyper[CORRECTION2]) + hyper[EPSILON]);
}
