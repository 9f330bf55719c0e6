// P = e^(z − lse),  D = ⟨dO, O⟩,  dS = scale·P ⊙ (dO Vᵀ − D),  dQ = dS K, for software adapters with subgroups
//
// Buffers as in attention_gradient_q.wgsl; blocks of 16 keys as in attention_subgroup.wgsl, which gives the reasons.
// Grid: x ⌈length/SIZE⌉, y heads, z batch.
enable subgroups;

alias Element = vec4f;
// Floats of an Element. Heads of whole vec4s need no padding after the last.
const WIDTH = u32(dot(Element(1), Element(1)));

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32,
  innerStart: u32, direction: f32, tableStride: u32, sinStart: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> k: array<Element>;
@group(0) @binding(3) var<storage, read> v: array<Element>;
@group(0) @binding(4) var<storage, read> out: array<Element>;
@group(0) @binding(5) var<storage, read> dOut: array<Element>;
@group(0) @binding(6) var<storage, read> table: array<Element>;
@group(0) @binding(7) var<storage, read_write> dq: array<Element>;
@group(0) @binding(8) var<storage, read_write> statistics: array<f32>;

// Lanes that share loads: 8 if adapter.info.subgroupMinSize is at least 8, otherwise 4, the smallest that WebGPU allows.
override LANES: u32 = 4;
override SIZE: u32 = 8;

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

fn valueProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = v[at.x];
    let high = v[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, v[at.x]), dotLow(x, v[at.y]), dotLow(x, v[at.z]), dotLow(x, v[at.w]));
}

fn weightedKeys(weights: mat4x4f, at: vec4u) -> Element {
  if (LANES == 8) {
    let low = k[at.x];
    let high = k[at.y];
    return sumLow(weights[0], low) + sumHigh(weights[1], low) + sumLow(weights[2], high) + sumHigh(weights[3], high);
  }
  return sumLow(weights[0], k[at.x]) + sumLow(weights[1], k[at.y]) + sumLow(weights[2], k[at.z]) + sumLow(weights[3], k[at.w]);
}

// The rows of the block of 16 that this lane loads: two with eight lanes, four with four lanes.
fn ownRows(first: u32, lane: u32) -> vec4u {
  return min(first + lane + LANES * vec4u(0, 1, 2, 3), vec4u(params.length - 1));
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation % LANES;
  let head = team.y;
  let i = team.x * SIZE + local;
  let inside = i < params.length;
  let row = team.z * params.length + min(i, params.length - 1);
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / max(params.heads, 1)) * params.headElements;
  let lseAt = (team.z * params.heads + head) * params.lseStride + min(i, params.length - 1);
  let end = min(params.length, (team.x + 1) * SIZE);
  var d = 0.0;
  for (var c = 0u; c < params.headElements; c++) { d += dot(dOut[queryAt + c], out[queryAt + c]); }
  let logSumExp = statistics[lseAt];
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + team.z) * params.length;
    for (var first = 0u; first < end; first += 16) {
      let at = (keyRow + ownRows(first, lane)) * params.keyStride + keyHead;
      var z = mat4x4f();
      var dP = mat4x4f();
      for (var c = 0u; c < params.headElements; c++) {
        z += keyProducts(q[queryAt + c], at + c);
        dP += valueProducts(dOut[queryAt + c], at + c);
      }
      let j = vec4u(first) + vec4u(0, 1, 2, 3);
      let dS = params.scale * mat4x4f(
        select(vec4f(0), exp(z[0] * params.scale - logSumExp) * (dP[0] - d), j <= vec4u(i)),
        select(vec4f(0), exp(z[1] * params.scale - logSumExp) * (dP[1] - d), j + 4 <= vec4u(i)),
        select(vec4f(0), exp(z[2] * params.scale - logSumExp) * (dP[2] - d), j + 8 <= vec4u(i)),
        select(vec4f(0), exp(z[3] * params.scale - logSumExp) * (dP[3] - d), j + 12 <= vec4u(i)));
      for (var c = 0u; c < params.headElements; c++) {
        let before = select(dq[queryAt + c], Element(), part + first == 0);
        let value = before + weightedKeys(dS, at + c);
        if (inside) { dq[queryAt + c] = value; }
      }
    }
  }
  if (inside && params.direction != 0) {
    let half = params.headElements / 2;
    for (var c = 0u; c < half; c++) {
      let cosine = table[i * params.tableStride + c];
      let sine = params.direction * table[params.sinStart + i * params.tableStride + c];
      let first = dq[queryAt + c];
      let second = dq[queryAt + c + half];
      dq[queryAt + c] = first * cosine - second * sine;
      dq[queryAt + c + half] = second * cosine + first * sine;
    }
  }
  if (inside) { statistics[params.innerStart + lseAt] = d; }
  if (WIDTH < 4 && inside && head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { dq[row * params.queryStride + pad] = Element(); }
  }
}
