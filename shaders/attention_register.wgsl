// O = softmax(scale·Q Kᵀ + causal mask) V without ever storing T×T: attention.wgsl for adapters that are CPUs
//
// Buffers as attention.wgsl. Invocation = one query row. On lavapipe and SwiftShader an array in private memory costs as
// much as a gather, and a load whose address is the same for all lanes is one scalar load; so nothing is kept in arrays:
//
//     for each block of 8 keys:   z = 8 scalars in two vec4s
//       for each Element c of the head:   z += q_c·k_c        one gather (q), 8 uniform loads (k), 32 multiply-adds
//       for each Element c of the head:   O_c = O_c·shrink + Σ e^(z−max) v_c      O lives in its own buffer
//
// The head's loops count at run time: they compile in a tenth of the time, and one pipeline serves every head size.
// Keys past a row's diagonal, the end of the sequence included, get weight 0, whatever was loaded.
// Grid: x ⌈length/SIZE⌉, y heads, z batch.
alias Element = vec4f;

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> k: array<Element>;
@group(0) @binding(3) var<storage, read> v: array<Element>;
@group(0) @binding(4) var<storage, read_write> out: array<Element>;
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;

override SIZE: u32 = 8;
const LOWEST = -1.0e30;

// x against four keys, `stride` apart.
fn products(x: Element, at: u32, stride: u32) -> vec4f {
  return vec4f(dot(x, k[at]), dot(x, k[at + stride]), dot(x, k[at + 2 * stride]), dot(x, k[at + 3 * stride]));
}

fn weighted(weights: vec4f, at: u32, stride: u32) -> Element {
  return weights.x * v[at] + weights.y * v[at + stride] + weights.z * v[at + 2 * stride] + weights.w * v[at + 3 * stride];
}

fn highest(z: vec4f) -> f32 { return max(max(z.x, z.y), max(z.z, z.w)); }

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = team.y;
  let i = team.x * SIZE + lane;
  let lseAt = (team.z * params.heads + head) * params.lseStride + i;
  if (i >= params.length) {
    if (i < params.lseStride) { lse[lseAt] = 0; }
    return;
  }
  let row = team.z * params.length + i;
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / params.heads) * params.headElements;
  let stride = params.keyStride;
  let end = min(params.length, (team.x + 1) * SIZE);
  var top = LOWEST;
  var total = 0.0;
  for (var c = 0u; c < params.headElements; c++) { out[queryAt + c] = Element(); }
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + team.z) * params.length;
    for (var first = 0u; first < end; first += 8) {
      let at = (keyRow + first) * stride + keyHead;
      var a = vec4f(0);
      var b = vec4f(0);
      for (var c = 0u; c < params.headElements; c++) {
        let x = q[queryAt + c];
        a += products(x, at + c, stride);
        b += products(x, at + 4 * stride + c, stride);
      }
      let seenA = vec4u(first) + vec4u(0, 1, 2, 3) <= vec4u(i);
      let seenB = vec4u(first) + vec4u(4, 5, 6, 7) <= vec4u(i);
      a = select(vec4f(LOWEST), a * params.scale, seenA);
      b = select(vec4f(LOWEST), b * params.scale, seenB);
      let next = max(top, max(highest(a), highest(b)));
      let shrink = exp(top - next);
      top = next;
      a = select(vec4f(0), exp(a - next), seenA);
      b = select(vec4f(0), exp(b - next), seenB);
      total = total * shrink + dot(a + b, vec4f(1));
      for (var c = 0u; c < params.headElements; c++) {
        out[queryAt + c] = shrink * out[queryAt + c] + weighted(a, at + c, stride) + weighted(b, at + 4 * stride + c, stride);
      }
    }
  }
  for (var c = 0u; c < params.headElements; c++) { out[queryAt + c] = out[queryAt + c] / total; }
  lse[lseAt] = top + log(total);
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { out[row * params.queryStride + pad] = Element(); }
  }
}
