// out[row, c] = x[row, c] for columns from..to−1 (+ R), 0 (+ R) for the others: a part of join_columns.wgsl's gradient
//
// x [rows, strideX]; residual, out [rows, stride], padding included; the residual is not read unless hasResidual. All counts
// are in Elements: vec4f, or vec2f or f32 if vec4s divide neither end.
// Grid: one invocation per Element of out.
alias Element = vec4f;

struct Params { elements: u32, begin: u32, end: u32, strideX: u32, stride: u32, hasResidual: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> residual: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.elements) { return; }
  let column = i % params.stride;
  var value = Element();
  if (column >= params.begin && column < params.end) { value = x[i / params.stride * params.strideX + column]; }
  if (params.hasResidual != 0) { value += residual[i]; }
  out[i] = value;
}
