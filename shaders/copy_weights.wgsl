// copy ← parameters, from the layout of the arena to that of a copy in float16, whose tensors start at other places
//
// parameters: `vectors` vec4s. table has a number per 16 vec4s: the place of these in copy, in 16 vec4s. Whole numbers below 2^24,
// which float32 holds.
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> copy: array<vec4f>;

override SIZE: u32 = 64;
const BLOCK = 16u;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  copy[u32(table[i / BLOCK]) * BLOCK + i % BLOCK] = parameters[i];
}
