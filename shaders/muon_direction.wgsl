// g ← g·min(1, clip/(‖g‖ + 1e-6));  m ← μm + (1−μ)g;  direction = (1−μ)g + μm: Nesterov momentum of one matrix
//
// gradients, moments and direction have one layout. squares[0] = ‖g‖² of all gradients; a clip of 0 = off.
// Padding stays zero, because its gradient is zero. Source: KellerJordan/Muon.
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> moments: array<vec4f>;
@group(0) @binding(3) var<storage, read> squares: array<f32>;
@group(0) @binding(4) var<storage, read> hyper: array<f32>;
@group(0) @binding(5) var<storage, read_write> direction: array<vec4f>;

// Places in hyper: HYPER in src/graph/ops/hyper.ts.
const CLIP = 7u;
const MUON_MOMENTUM = 10u;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let clip = hyper[CLIP];
  var scale = 1.0;
  if (clip > 0) { scale = min(1.0, clip / (sqrt(squares[0]) + 1e-6)); }
  let momentum = hyper[MUON_MOMENTUM];
  let g = (1 - momentum) * (gradients[i] * scale);
  let m = momentum * moments[i] + g;
  moments[i] = m;
  direction[i] = g + momentum * m;
}
