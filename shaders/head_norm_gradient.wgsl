// dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/dh, over each head of each row, with r = inverseRms
//
// Buffers and grid as head_norm.wgsl: dy, dx like x. The row's last head zeroes the padding of dx.
alias Element = vec4f;

struct Params { rows: u32, heads: u32, columns: u32, headElements: u32, stride: u32, inverseStride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read> inverseRms: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<Element>;
@group(0) @binding(5) var<storage, read_write> dx: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.heads) { return; }
  let row = i / params.heads;
  let head = i % params.heads;
  let start = row * params.stride + head * params.headElements;
  var inner = 0.0;
  for (var c = 0u; c < params.headElements; c++) { inner += dot(weight[c] * dy[start + c], x[start + c]); }
  let r = inverseRms[row * params.inverseStride + head];
  let scale = r * r * r * inner / f32(params.columns);
  for (var c = 0u; c < params.headElements; c++) { dx[start + c] = r * weight[c] * dy[start + c] - x[start + c] * scale; }
  if (head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.stride; pad++) { dx[row * params.stride + pad] = Element(); }
  }
}
