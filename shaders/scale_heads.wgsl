// out[row, h] = gates[layer, h]·x[row, h]: each head times its gate
//
// x, out [rows, stride], a row being `heads` heads of headElements Elements and zeros in the padding; gates [layers, gateStride].
// `stride` counts Elements: vec4f, or vec2f if vec4s don't divide a head; gateStride floats.
// Grid: one invocation per Element, padding included.
alias Element = vec4f;

struct Params { elements: u32, heads: u32, headElements: u32, stride: u32, gateStride: u32, layer: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> gates: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.elements) { return; }
  let head = i % params.stride / params.headElements;
  var value = Element();
  if (head < params.heads) { value = gates[params.layer * params.gateStride + head] * x[i]; }
  out[i] = value;
}
