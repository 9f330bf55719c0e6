// y_i = x_i cos − x_{i+half} sin,   y_{i+half} = x_{i+half} cos + x_i sin     (direction −1: the inverse rotation)
//
// x, y [rows, stride]; a row is `heads` heads of 2·half, then padding; cos, sin [length, tableStride], row n at position
// n mod length. All counts are in Elements: vec4f, or vec2f or f32 if vec4s don't divide half a head.
// Grid: one invocation per pair of Elements; `pairs` = heads·half per row. That of a row's last pair also zeroes the padding.
alias Element = vec4f;

struct Params { rows: u32, length: u32, pairs: u32, half: u32, stride: u32, tableStride: u32, direction: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> cos: array<Element>;
@group(0) @binding(3) var<storage, read> sin: array<Element>;
@group(0) @binding(4) var<storage, read_write> y: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.pairs) { return; }
  let row = i / params.pairs;
  let pair = i % params.pairs;
  let head = pair / params.half;
  let at = row * params.stride + head * 2 * params.half + pair % params.half;
  let entry = (row % params.length) * params.tableStride + pair % params.half;
  let c = cos[entry];
  let s = params.direction * sin[entry];
  let first = x[at];
  let second = x[at + params.half];
  y[at] = first * c - second * s;
  y[at + params.half] = second * c + first * s;
  if (pair == params.pairs - 1) {
    for (var pad = 2 * params.pairs; pad < params.stride; pad++) { y[row * params.stride + pad] = Element(); }
  }
}
