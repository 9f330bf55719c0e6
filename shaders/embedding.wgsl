// out[n] = table[tokens[n]]
//
// tokens [rows] i32; table [V, 4·vectors]; out [rows, 4·vectors].
// Grid: one invocation per vec4 of out; neighbours copy neighbouring vec4s of one row.
struct Params { rows: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.vectors) { return; }
  let row = i / params.vectors;
  out[i] = table[u32(tokens[row]) * params.vectors + i % params.vectors];
}
