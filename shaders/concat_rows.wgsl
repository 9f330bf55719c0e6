// out[start..] = x, then y: two of the matrices that are concatenated along their rows
//
// x: `vectorsX` vec4s, y: vectors − vectorsX vec4s, padding included; out: the whole result, of which vec4s from start up to
// start + vectors are written. More matrices take several calls. With vectors = vectorsX, y is not read.
// Grid: one invocation per vec4.
struct Params { vectors: u32, vectorsX: u32, start: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  if (i < params.vectorsX) {
    out[params.start + i] = x[i];
  } else {
    out[params.start + i] = y[i - params.vectorsX];
  }
}
