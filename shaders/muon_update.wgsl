// p ← p(1 − η·decay) − η·factor·x: Muon's update of one matrix
//
// parameters and x have one layout. factor = √max(1, rows/columns). Padding stays zero.
// Source: KellerJordan/Muon.
// Grid: one invocation per vec4.
struct Params { vectors: u32, factor: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;

// Places in hyper: HYPER in src/graph/ops/hyper.ts.
const WEIGHT_DECAY = 3u;
const MUON_LEARNING_RATE = 9u;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let learningRate = hyper[MUON_LEARNING_RATE];
  parameters[i] = parameters[i] * (1 - learningRate * hyper[WEIGHT_DECAY]) - learningRate * params.factor * x[i];
}
