// x ← x / (√squares[0] + 1e-7): the first iterate of Muon, whose singular values are at most 1
//
// x: `vectors` vec4s; squares[0] = ‖x‖². Source: KellerJordan/Muon.
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  x[i] /= sqrt(squares[0]) + 1e-7;
}
