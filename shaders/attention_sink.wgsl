// r = 1/(1 + e^(s − lse)),   O ← r·O,   lse ← log(e^lse + e^s): attention whose softmax has one more logit s, without a value
//
// out, lse as attention.wgsl leaves them, changed in place; sinks [heads], a logit s for each head.
// Grid: one invocation per (row, head); a row's last head leaves the padding as it is.
alias Element = vec4f;

struct Params { rows: u32, length: u32, heads: u32, headElements: u32, queryStride: u32, lseStride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sinks: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;
@group(0) @binding(3) var<storage, read_write> lse: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.heads) { return; }
  let row = i / params.heads;
  let head = i % params.heads;
  let lseAt = (row / params.length * params.heads + head) * params.lseStride + row % params.length;
  let before = lse[lseAt];
  let excess = sinks[head] - before;
  // Above 80 r is 0 in float32 next to any other summand, and e^x must not overflow.
  let r = 1.0 / (1.0 + exp(min(excess, 80.0)));
  lse[lseAt] = max(before, sinks[head]) + log(1.0 + exp(-abs(excess)));
  let start = row * params.queryStride + head * params.headElements;
  for (var c = 0u; c < params.headElements; c++) { out[start + c] *= r; }
}
