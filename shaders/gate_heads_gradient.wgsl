// du = σ·dy,   dlogits[row, h] = ⟨dy, u⟩ σ(1 − σ), ⟨,⟩ over the head,   σ = 1 / (1 + e^(−logits[row, h]))
//
// Buffers as gate_heads.wgsl: dy, du like u, dLogits like logits.
// Grid: one invocation per (row, column of logits with its padding). The row's last head zeroes the padding of du.
alias Element = vec4f;

struct Params { rows: u32, heads: u32, headElements: u32, stride: u32, gateStride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<Element>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<Element>;
@group(0) @binding(4) var<storage, read_write> du: array<Element>;
@group(0) @binding(5) var<storage, read_write> dLogits: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.gateStride) { return; }
  let row = i / params.gateStride;
  let head = i % params.gateStride;
  if (head >= params.heads) {
    dLogits[i] = 0;
    return;
  }
  let sigma = 1.0 / (1.0 + exp(-max(logits[i], -80.0)));
  let start = row * params.stride + head * params.headElements;
  var inner = 0.0;
  for (var c = 0u; c < params.headElements; c++) {
    let d = dy[start + c];
    inner += dot(d, u[start + c]);
    du[start + c] = sigma * d;
  }
  dLogits[i] = inner * sigma * (1.0 - sigma);
  if (head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.stride; pad++) { du[row * params.stride + pad] = Element(); }
  }
}
