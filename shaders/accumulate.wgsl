// sums ← part in the first micro-batch of a step, sums + part in the others
//
// part, sums: `vectors` vec4s; first[0] = 1 in the first micro-batch, else 0.
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> part: array<vec4f>;
@group(0) @binding(2) var<storage, read> first: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  // Not a factor of 0: what a buffer holds before may be infinite.
  sums[i] = part[i] + select(sums[i], vec4f(0), first[0] > 0);
}
