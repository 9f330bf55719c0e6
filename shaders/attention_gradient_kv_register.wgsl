// P = e^(z − lse),  dS = scale·P ⊙ (dO Vᵀ − D),  dK = dSᵀ Q,  dV = Pᵀ dO: attention_gradient_kv.wgsl for adapters that are CPUs
//
// Buffers as attention_gradient_kv.wgsl. Invocation = one key row; the queries from the workgroup's first key on pass by
// in blocks of 8, loaded uniformly; dK and dV live in their own buffers. attention_register.wgsl says why.
// Grid: x ⌈length/SIZE⌉ keys, y kvHeads, z parts·batch.
alias Element = vec4f;

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> k: array<Element>;
@group(0) @binding(3) var<storage, read> v: array<Element>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;
@group(0) @binding(5) var<storage, read> dOut: array<Element>;
@group(0) @binding(6) var<storage, read> inner: array<f32>;
@group(0) @binding(7) var<storage, read_write> dk: array<Element>;
@group(0) @binding(8) var<storage, read_write> dv: array<Element>;

override SIZE: u32 = 8;

fn queryProducts(x: Element, at: u32, stride: u32) -> vec4f {
  return vec4f(dot(x, q[at]), dot(x, q[at + stride]), dot(x, q[at + 2 * stride]), dot(x, q[at + 3 * stride]));
}

fn upstreamProducts(x: Element, at: u32, stride: u32) -> vec4f {
  return vec4f(dot(x, dOut[at]), dot(x, dOut[at + stride]), dot(x, dOut[at + 2 * stride]), dot(x, dOut[at + 3 * stride]));
}

fn weightedQueries(weights: vec4f, at: u32, stride: u32) -> Element {
  return weights.x * q[at] + weights.y * q[at + stride] + weights.z * q[at + 2 * stride] + weights.w * q[at + 3 * stride];
}

fn weightedUpstreams(weights: vec4f, at: u32, stride: u32) -> Element {
  return weights.x * dOut[at] + weights.y * dOut[at + stride] + weights.z * dOut[at + 2 * stride] + weights.w * dOut[at + 3 * stride];
}

// Four values side by side, one a query; the last ones repeat at the sequence's end, where their weight is 0.
fn fourLse(at: u32) -> vec4f { return vec4f(lse[at], lse[at + 1], lse[at + 2], lse[at + 3]); }
fn fourInner(at: u32) -> vec4f { return vec4f(inner[at], inner[at + 1], inner[at + 2], inner[at + 3]); }

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let kvHead = team.y;
  let j = team.x * SIZE + lane;
  if (j >= params.length) { return; }
  let b = team.z % params.batch;
  let row = team.z * params.length + j;
  let keyAt = row * params.keyStride + kvHead * params.headElements;
  let stride = params.queryStride;
  for (var c = 0u; c < params.headElements; c++) {
    dk[keyAt + c] = Element();
    dv[keyAt + c] = Element();
  }
  let group = params.heads / params.kvHeads;
  for (var head = kvHead * group; head < (kvHead + 1) * group; head++) {
    let lseRow = (b * params.heads + head) * params.lseStride;
    for (var first = team.x * SIZE / 8 * 8; first < params.length; first += 8) {
      let at = (b * params.length + first) * stride + head * params.headElements;
      var z0 = vec4f(0);
      var z1 = vec4f(0);
      var d0 = vec4f(0);
      var d1 = vec4f(0);
      for (var c = 0u; c < params.headElements; c++) {
        let x = k[keyAt + c];
        let y = v[keyAt + c];
        z0 += queryProducts(x, at + c, stride);
        z1 += queryProducts(x, at + 4 * stride + c, stride);
        d0 += upstreamProducts(y, at + c, stride);
        d1 += upstreamProducts(y, at + 4 * stride + c, stride);
      }
      let i0 = vec4u(first) + vec4u(0, 1, 2, 3);
      let i1 = i0 + 4;
      let seen0 = (i0 >= vec4u(j)) & (i0 < vec4u(params.length));
      let seen1 = (i1 >= vec4u(j)) & (i1 < vec4u(params.length));
      let p0 = select(vec4f(0), exp(z0 * params.scale - fourLse(lseRow + first)), seen0);
      let p1 = select(vec4f(0), exp(z1 * params.scale - fourLse(lseRow + first + 4)), seen1);
      let s0 = select(vec4f(0), params.scale * p0 * (d0 - fourInner(lseRow + first)), seen0);
      let s1 = select(vec4f(0), params.scale * p1 * (d1 - fourInner(lseRow + first + 4)), seen1);
      for (var c = 0u; c < params.headElements; c++) {
        dk[keyAt + c] += weightedQueries(s0, at + c, stride) + weightedQueries(s1, at + 4 * stride + c, stride);
        dv[keyAt + c] += weightedUpstreams(p0, at + c, stride) + weightedUpstreams(p1, at + 4 * stride + c, stride);
      }
    }
  }
  if (kvHead == params.kvHeads - 1) {
    for (var pad = params.kvHeads * params.headElements; pad < params.keyStride; pad++) {
      dk[row * params.keyStride + pad] = Element();
      dv[row * params.keyStride + pad] = Element();
    }
  }
}
