// out[row, c] = x[row, c] for the first `split` columns, y[row, c] for the others
//
// x [rows, strideX], y, out [rows, stride], padding included. All counts are in Elements: vec4f, or vec2f or f32 if vec4s
// don't divide the first columns.
// Grid: one invocation per Element of out.
alias Element = vec4f;

struct Params { elements: u32, split: u32, strideX: u32, stride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> y: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.elements) { return; }
  let column = i % params.stride;
  if (column < params.split) {
    out[i] = x[i / params.stride * params.strideX + column];
  } else {
    out[i] = y[i];
  }
}
