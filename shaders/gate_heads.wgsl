// out[row, h] = σ(logits[row, h])·u[row, h],   σ(x) = 1 / (1 + e^(−x)): a gate for each head
//
// u, out [rows, stride]: `heads` heads of headElements Elements side by side, zeros in the padding; logits [rows, gateStride].
// `stride` counts Elements: vec4f, or vec2f if vec4s don't divide a head; gateStride floats.
// Grid: one invocation per Element, padding included.
alias Element = vec4f;

struct Params { elements: u32, heads: u32, headElements: u32, stride: u32, gateStride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<Element>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.elements) { return; }
  let row = i / params.stride;
  let head = i % params.stride / params.headElements;
  var value = Element();
  if (head < params.heads) { value = u[i] / (1.0 + exp(-max(logits[row * params.gateStride + head], -80.0))); }
  out[i] = value;
}
