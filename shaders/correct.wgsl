// out[n] = 1 if the largest logit of row n is the target's, else 0; of equal logits the first counts as the largest
//
// logits [rows, stride], `columns` of them real; targets [rows] i32, below 0 = ignored, which gives 0; out [rows].
// Grid: one invocation per row. Not optimised, because only evaluations use it.
struct Params { rows: u32, columns: u32, stride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (team.y * teams.x + team.x) * SIZE + lane;
  if (row >= params.rows) { return; }
  var best = 0u;
  for (var c = 1u; c < params.columns; c++) {
    if (logits[row * params.stride + c] > logits[row * params.stride + best]) { best = c; }
  }
  out[row] = select(0.0, 1.0, i32(best) == targets[row]);
}
