// out[row, g] = Σ_{k < copies} x[row, g·copies + k]: the gradient of repeat_heads.wgsl, in a fixed order
//
// x [rows, stride], a row being heads·copies heads of headElements Elements; out [rows, outStride], a row being `heads` such
// heads and zeros in the padding. Strides count Elements: vec4f, or vec2f if vec4s don't divide a head.
// Grid: one invocation per Element of out, padding included.
alias Element = vec4f;

struct Params { elements: u32, heads: u32, copies: u32, headElements: u32, stride: u32, outStride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.elements) { return; }
  let row = i / params.outStride;
  let column = i % params.outStride;
  let head = column / params.headElements;
  var sum = Element();
  if (head < params.heads) {
    let first = row * params.stride + head * params.copies * params.headElements + column % params.headElements;
    for (var k = 0u; k < params.copies; k++) { sum += x[first + k * params.headElements]; }
  }
  out[i] = sum;
}
