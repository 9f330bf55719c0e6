// O = softmax(scale·Q Kᵀ + causal mask) V without ever storing T×T: attention.wgsl for software adapters with subgroups
//
// Buffers as in attention.wgsl. Invocation = one query row. On lavapipe a load costs some 50 instructions per lane, even if
// its address is uniform, and a broadcast one to three. So each lane loads two or four of a block's 16 keys and broadcasts them:
//
//     for each block of 16 keys:   z = 16 scalars in a mat4x4
//       for each Element c of the head:   z += q_c·k_c                                  3 loads, 64 multiply-adds
//       for each Element c of the head:   O_c = O_c·shrink + Σ e^(z−max) v_c            O is in the output buffer
//
// The loops over the head have run-time counts: they compile in a tenth of the time, and one pipeline serves every head size.
// There is no `return` and no `if` around loads, for the reason given in matmul_subgroup.wgsl.
// Grid: x ⌈length/SIZE⌉, y heads, z batch.
enable subgroups;

alias Element = vec4f;
// Floats of an Element. Heads of whole vec4s need no padding after the last.
const WIDTH = u32(dot(Element(1), Element(1)));

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

// Lanes that share loads: 8 if adapter.info.subgroupMinSize is at least 8, otherwise 4, the smallest that WebGPU allows.
override LANES: u32 = 4;
override SIZE: u32 = 8;
const LOWEST = -1.0e30;

// Dot products of x with the Elements of lanes 0 to 3, or 4 to 7.
fn dotLow(x: Element, value: Element) -> vec4f {
  return vec4f(
    dot(x, subgroupBroadcast(value, 0u)), dot(x, subgroupBroadcast(value, 1u)),
    dot(x, subgroupBroadcast(value, 2u)), dot(x, subgroupBroadcast(value, 3u)));
}
fn dotHigh(x: Element, value: Element) -> vec4f {
  return vec4f(
    dot(x, subgroupBroadcast(value, 4u)), dot(x, subgroupBroadcast(value, 5u)),
    dot(x, subgroupBroadcast(value, 6u)), dot(x, subgroupBroadcast(value, 7u)));
}

// Σ weights · the Elements of those lanes.
fn sumLow(weights: vec4f, value: Element) -> Element {
  return weights.x * subgroupBroadcast(value, 0u) + weights.y * subgroupBroadcast(value, 1u)
    + weights.z * subgroupBroadcast(value, 2u) + weights.w * subgroupBroadcast(value, 3u);
}
fn sumHigh(weights: vec4f, value: Element) -> Element {
  return weights.x * subgroupBroadcast(value, 4u) + weights.y * subgroupBroadcast(value, 5u)
    + weights.z * subgroupBroadcast(value, 6u) + weights.w * subgroupBroadcast(value, 7u);
}

fn keyProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = k[at.x];
    let high = k[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, k[at.x]), dotLow(x, k[at.y]), dotLow(x, k[at.z]), dotLow(x, k[at.w]));
}

fn weightedValues(weights: mat4x4f, at: vec4u) -> Element {
  if (LANES == 8) {
    let low = v[at.x];
    let high = v[at.y];
    return sumLow(weights[0], low) + sumHigh(weights[1], low) + sumLow(weights[2], high) + sumHigh(weights[3], high);
  }
  return sumLow(weights[0], v[at.x]) + sumLow(weights[1], v[at.y]) + sumLow(weights[2], v[at.z]) + sumLow(weights[3], v[at.w]);
}

// The rows of the block of 16 that this lane loads: two with eight lanes, four with four lanes.
fn ownRows(first: u32, lane: u32) -> vec4u {
  return min(first + lane + LANES * vec4u(0, 1, 2, 3), vec4u(params.length - 1));
}

fn highest(z: vec4f) -> f32 { return max(max(z.x, z.y), max(z.z, z.w)); }

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation % LANES;
  let head = team.y;
  let i = team.x * SIZE + local;
  let inside = i < params.length;
  let row = team.z * params.length + min(i, params.length - 1);
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / max(params.heads, 1)) * params.headElements;
  let end = min(params.length, (team.x + 1) * SIZE);
  var top = LOWEST;
  var total = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + team.z) * params.length;
    for (var first = 0u; first < end; first += 16) {
      let at = (keyRow + ownRows(first, lane)) * params.keyStride + keyHead;
      var z = mat4x4f();
      for (var c = 0u; c < params.headElements; c++) { z += keyProducts(q[queryAt + c], at + c); }
      let j = vec4u(first) + vec4u(0, 1, 2, 3);
      let z0 = select(vec4f(LOWEST), z[0] * params.scale, j <= vec4u(i));
      let z1 = select(vec4f(LOWEST), z[1] * params.scale, j + 4 <= vec4u(i));
      let z2 = select(vec4f(LOWEST), z[2] * params.scale, j + 8 <= vec4u(i));
      let z3 = select(vec4f(LOWEST), z[3] * params.scale, j + 12 <= vec4u(i));
      let next = max(top, highest(max(max(z0, z1), max(z2, z3))));
      let shrink = exp(top - next);
      top = next;
      // A masked logit is so low that its weight is 0, because the first block has key 0, which every row sees.
      let weights = mat4x4f(exp(z0 - next), exp(z1 - next), exp(z2 - next), exp(z3 - next));
      total = total * shrink + dot(weights[0] + weights[1] + weights[2] + weights[3], vec4f(1));
      for (var c = 0u; c < params.headElements; c++) {
        let before = select(shrink * out[queryAt + c], Element(), part + first == 0);
        let value = before + weightedValues(weights, at + c);
        if (inside) { out[queryAt + c] = value; }
      }
    }
  }
  for (var c = 0u; c < params.headElements; c++) {
    let value = out[queryAt + c] / total;
    if (inside) { out[queryAt + c] = value; }
  }
  if (i < params.lseStride) { lse[(team.z * params.heads + head) * params.lseStride + i] = select(0.0, top + log(total), inside); }
  if (WIDTH < 4 && inside && head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { out[row * params.queryStride + pad] = Element(); }
  }
}
