// P = e^(z − lse),  dS = scale·P ⊙ (dO Vᵀ − D),  dK = dSᵀ Q,  dV = Pᵀ dO, for software adapters with subgroups
//
// Buffers as in attention_gradient_kv.wgsl. Invocation = one key row. It loops over the queries from the workgroup's first key
// on in blocks of 16, loaded as attention_subgroup.wgsl loads keys. dK and dV are summed in the output buffers.
// Grid: x ⌈length/SIZE⌉ keys, y kvHeads, z parts·batch.
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
@group(0) @binding(4) var<storage, read> statistics: array<f32>;
@group(0) @binding(5) var<storage, read> dOut: array<Element>;
@group(0) @binding(6) var<storage, read> table: array<Element>;
@group(0) @binding(7) var<storage, read_write> dk: array<Element>;
@group(0) @binding(8) var<storage, read_write> dv: array<Element>;

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

fn queryProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = q[at.x];
    let high = q[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, q[at.x]), dotLow(x, q[at.y]), dotLow(x, q[at.z]), dotLow(x, q[at.w]));
}

fn upstreamProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = dOut[at.x];
    let high = dOut[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, dOut[at.x]), dotLow(x, dOut[at.y]), dotLow(x, dOut[at.z]), dotLow(x, dOut[at.w]));
}

fn weightedQueries(weights: mat4x4f, at: vec4u) -> Element {
  if (LANES == 8) {
    let low = q[at.x];
    let high = q[at.y];
    return sumLow(weights[0], low) + sumHigh(weights[1], low) + sumLow(weights[2], high) + sumHigh(weights[3], high);
  }
  return sumLow(weights[0], q[at.x]) + sumLow(weights[1], q[at.y]) + sumLow(weights[2], q[at.z]) + sumLow(weights[3], q[at.w]);
}

fn weightedUpstreams(weights: mat4x4f, at: vec4u) -> Element {
  if (LANES == 8) {
    let low = dOut[at.x];
    let high = dOut[at.y];
    return sumLow(weights[0], low) + sumHigh(weights[1], low) + sumLow(weights[2], high) + sumHigh(weights[3], high);
  }
  return sumLow(weights[0], dOut[at.x]) + sumLow(weights[1], dOut[at.y]) + sumLow(weights[2], dOut[at.z]) + sumLow(weights[3], dOut[at.w]);
}

// The rows of the block of 16 that this lane loads: two with eight lanes, four with four lanes.
fn ownRows(first: u32, lane: u32) -> vec4u {
  return min(first + lane + LANES * vec4u(0, 1, 2, 3), vec4u(params.length - 1));
}

fn low(value: f32) -> vec4f {
  return vec4f(subgroupBroadcast(value, 0u), subgroupBroadcast(value, 1u), subgroupBroadcast(value, 2u), subgroupBroadcast(value, 3u));
}
fn high(value: f32) -> vec4f {
  return vec4f(subgroupBroadcast(value, 4u), subgroupBroadcast(value, 5u), subgroupBroadcast(value, 6u), subgroupBroadcast(value, 7u));
}

// All 16 values of the block, from the lanes that hold them.
fn spread(value: vec4f) -> mat4x4f {
  if (LANES == 8) { return mat4x4f(low(value.x), high(value.x), low(value.y), high(value.y)); }
  return mat4x4f(low(value.x), low(value.y), low(value.z), low(value.w));
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation % LANES;
  let kvHead = team.y;
  let j = team.x * SIZE + local;
  let inside = j < params.length;
  let b = team.z % max(params.batch, 1);
  let row = team.z * params.length + min(j, params.length - 1);
  let keyAt = row * params.keyStride + kvHead * params.headElements;
  let group = params.heads / max(params.kvHeads, 1);
  let start = team.x * SIZE / 16 * 16;
  for (var head = kvHead * group; head < (kvHead + 1) * group; head++) {
    let lseRow = (b * params.heads + head) * params.lseStride;
    for (var first = start; first < params.length; first += 16) {
      let own = ownRows(first, lane);
      let at = (b * params.length + own) * params.queryStride + head * params.headElements;
      let lseAt = lseRow + own;
      let logSumExp = spread(vec4f(statistics[lseAt.x], statistics[lseAt.y], statistics[lseAt.z], statistics[lseAt.w]));
      let d = spread(vec4f(statistics[params.innerStart + lseAt.x], statistics[params.innerStart + lseAt.y], statistics[params.innerStart + lseAt.z], statistics[params.innerStart + lseAt.w]));
      var z = mat4x4f();
      var dP = mat4x4f();
      for (var c = 0u; c < params.headElements; c++) {
        z += queryProducts(k[keyAt + c], at + c);
        dP += upstreamProducts(v[keyAt + c], at + c);
      }
      let i = vec4u(first) + vec4u(0, 1, 2, 3);
      let end = vec4u(params.length);
      let p = mat4x4f(
        select(vec4f(0), exp(z[0] * params.scale - logSumExp[0]), (i >= vec4u(j)) & (i < end)),
        select(vec4f(0), exp(z[1] * params.scale - logSumExp[1]), (i + 4 >= vec4u(j)) & (i + 4 < end)),
        select(vec4f(0), exp(z[2] * params.scale - logSumExp[2]), (i + 8 >= vec4u(j)) & (i + 8 < end)),
        select(vec4f(0), exp(z[3] * params.scale - logSumExp[3]), (i + 12 >= vec4u(j)) & (i + 12 < end)));
      let dS = params.scale * mat4x4f(p[0] * (dP[0] - d[0]), p[1] * (dP[1] - d[1]), p[2] * (dP[2] - d[2]), p[3] * (dP[3] - d[3]));
      let fresh = first == start && head == kvHead * group;
      for (var c = 0u; c < params.headElements; c++) {
        let dKey = select(dk[keyAt + c], Element(), fresh) + weightedQueries(dS, at + c);
        let dValue = select(dv[keyAt + c], Element(), fresh) + weightedUpstreams(p, at + c);
        if (inside) {
          dk[keyAt + c] = dKey;
          dv[keyAt + c] = dValue;
        }
      }
    }
  }
  if (inside && params.direction != 0) {
    let half = params.headElements / 2;
    for (var c = 0u; c < half; c++) {
      let cosine = table[j * params.tableStride + c];
      let sine = params.direction * table[params.sinStart + j * params.tableStride + c];
      let first = dk[keyAt + c];
      let second = dk[keyAt + c + half];
      dk[keyAt + c] = first * cosine - second * sine;
      dk[keyAt + c + half] = second * cosine + first * sine;
    }
  }
  if (WIDTH < 4 && inside && kvHead + 1 == params.kvHeads) {
    for (var pad = params.kvHeads * params.headElements; pad < params.keyStride; pad++) {
      dk[row * params.keyStride + pad] = Element();
      dv[row * params.keyStride + pad] = Element();
    }
  }
}
