// P = e^(z − lse),  D = ⟨dO, O⟩,  dS = scale·P ⊙ (dO Vᵀ − D),  dQ = dS K: attention_gradient_q.wgsl for adapters that are CPUs
//
// Buffers as attention_gradient_q.wgsl; blocks of 8 keys as attention_register.wgsl, which says why.
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
@group(0) @binding(4) var<storage, read> out: array<Element>;
@group(0) @binding(5) var<storage, read> lse: array<f32>;
@group(0) @binding(6) var<storage, read> dOut: array<Element>;
@group(0) @binding(7) var<storage, read_write> dq: array<Element>;
@group(0) @binding(8) var<storage, read_write> inner: array<f32>;

override SIZE: u32 = 8;

fn keyProducts(x: Element, at: u32, stride: u32) -> vec4f {
  return vec4f(dot(x, k[at]), dot(x, k[at + stride]), dot(x, k[at + 2 * stride]), dot(x, k[at + 3 * stride]));
}

fn valueProducts(x: Element, at: u32, stride: u32) -> vec4f {
  return vec4f(dot(x, v[at]), dot(x, v[at + stride]), dot(x, v[at + 2 * stride]), dot(x, v[at + 3 * stride]));
}

fn weighted(weights: vec4f, at: u32, stride: u32) -> Element {
  return weights.x * k[at] + weights.y * k[at + stride] + weights.z * k[at + 2 * stride] + weights.w * k[at + 3 * stride];
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = team.y;
  let i = team.x * SIZE + lane;
  if (i >= params.length) { return; }
  let row = team.z * params.length + i;
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / params.heads) * params.headElements;
  let lseAt = (team.z * params.heads + head) * params.lseStride + i;
  let stride = params.keyStride;
  let end = min(params.length, (team.x + 1) * SIZE);
  var d = 0.0;
  for (var c = 0u; c < params.headElements; c++) {
    d += dot(dOut[queryAt + c], out[queryAt + c]);
    dq[queryAt + c] = Element();
  }
  inner[lseAt] = d;
  let logSumExp = lse[lseAt];
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + team.z) * params.length;
    for (var first = 0u; first < end; first += 8) {
      let at = (keyRow + first) * stride + keyHead;
      var a = vec4f(0);
      var b = vec4f(0);
      var dA = vec4f(0);
      var dB = vec4f(0);
      for (var c = 0u; c < params.headElements; c++) {
        let x = q[queryAt + c];
        let y = dOut[queryAt + c];
        a += keyProducts(x, at + c, stride);
        b += keyProducts(x, at + 4 * stride + c, stride);
        dA += valueProducts(y, at + c, stride);
        dB += valueProducts(y, at + 4 * stride + c, stride);
      }
      let seenA = vec4u(first) + vec4u(0, 1, 2, 3) <= vec4u(i);
      let seenB = vec4u(first) + vec4u(4, 5, 6, 7) <= vec4u(i);
      a = select(vec4f(0), params.scale * exp(a * params.scale - logSumExp) * (dA - d), seenA);
      b = select(vec4f(0), params.scale * exp(b * params.scale - logSumExp) * (dB - d), seenB);
      for (var c = 0u; c < params.headElements; c++) {
        dq[queryAt + c] += weighted(a, at + c, stride) + weighted(b, at + 4 * stride + c, stride);
      }
    }
  }
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { dq[row * params.queryStride + pad] = Element(); }
  }
}
