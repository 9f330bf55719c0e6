// attention_gradient_q_subgroup.wgsl and attention_gradient_kv_subgroup.wgsl in one dispatch, with the same order of every sum
//
// Buffers and grid as in attention_gradients.wgsl. Each side is a loop of one or no turn: lavapipe runs both sides of an `if` under the
// mask, but skips a loop.
enable subgroups;

alias Element = vec4f;

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32,
  direction: f32, tableStride: u32, sinStart: u32,
  queryStart: u32, keyStart: u32, queryGradientStart: u32, keyGradientStart: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qk: array<Element>;
@group(0) @binding(2) var<storage, read> v: array<Element>;
@group(0) @binding(3) var<storage, read> out: array<Element>;
@group(0) @binding(4) var<storage, read> dOut: array<Element>;
@group(0) @binding(5) var<storage, read> lse: array<f32>;
@group(0) @binding(6) var<storage, read> table: array<Element>;
@group(0) @binding(7) var<storage, read_write> dqk: array<Element>;
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

// Dot products of x with the block of 16 rows of qk, of v or of dO, from the lanes that load them.
fn products(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = qk[at.x];
    let high = qk[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, qk[at.x]), dotLow(x, qk[at.y]), dotLow(x, qk[at.z]), dotLow(x, qk[at.w]));
}
fn valueProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = v[at.x];
    let high = v[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, v[at.x]), dotLow(x, v[at.y]), dotLow(x, v[at.z]), dotLow(x, v[at.w]));
}
fn upstreamProducts(x: Element, at: vec4u) -> mat4x4f {
  if (LANES == 8) {
    let low = dOut[at.x];
    let high = dOut[at.y];
    return mat4x4f(dotLow(x, low), dotHigh(x, low), dotLow(x, high), dotHigh(x, high));
  }
  return mat4x4f(dotLow(x, dOut[at.x]), dotLow(x, dOut[at.y]), dotLow(x, dOut[at.z]), dotLow(x, dOut[at.w]));
}

// Σ weights · these rows.
fn weighted(weights: mat4x4f, at: vec4u) -> Element {
  if (LANES == 8) {
    let low = qk[at.x];
    let high = qk[at.y];
    return sumLow(weights[0], low) + sumHigh(weights[1], low) + sumLow(weights[2], high) + sumHigh(weights[3], high);
  }
  return sumLow(weights[0], qk[at.x]) + sumLow(weights[1], qk[at.y]) + sumLow(weights[2], qk[at.z]) + sumLow(weights[3], qk[at.w]);
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

// Rotates the heads of a row of dqk, as rope.wgsl would.
fn rotate(at: u32, position: u32) {
  let half = params.headElements / 2;
  for (var c = 0u; c < half; c++) {
    let cosine = table[position * params.tableStride + c];
    let sine = params.direction * table[params.sinStart + position * params.tableStride + c];
    let first = dqk[at + c];
    let second = dqk[at + c + half];
    dqk[at + c] = first * cosine - second * sine;
    dqk[at + c + half] = second * cosine + first * sine;
  }
}

fn gradientOfQueries(strip: u32, head: u32, b: u32, local: u32, lane: u32) {
  let i = strip * SIZE + local;
  let inside = i < params.length;
  let row = b * params.length + min(i, params.length - 1);
  let queryAt = row * params.queryStride + head * params.headElements;
  let to = params.queryGradientStart + queryAt;
  let keyHead = (head * params.kvHeads / max(params.heads, 1)) * params.headElements;
  let lseAt = (b * params.heads + head) * params.lseStride + min(i, params.length - 1);
  let end = min(params.length, (strip + 1) * SIZE);
  var d = 0.0;
  for (var c = 0u; c < params.headElements; c++) { d += dot(dOut[queryAt + c], out[queryAt + c]); }
  let logSumExp = lse[lseAt];
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + b) * params.length;
    for (var first = 0u; first < end; first += 16) {
      let at = (keyRow + ownRows(first, lane)) * params.keyStride + keyHead;
      var z = mat4x4f();
      var dP = mat4x4f();
      for (var c = 0u; c < params.headElements; c++) {
        z += products(qk[params.queryStart + queryAt + c], params.keyStart + at + c);
        dP += valueProducts(dOut[queryAt + c], at + c);
      }
      let j = vec4u(first) + vec4u(0, 1, 2, 3);
      let dS = params.scale * mat4x4f(
        select(vec4f(0), exp(z[0] * params.scale - logSumExp) * (dP[0] - d), j <= vec4u(i)),
        select(vec4f(0), exp(z[1] * params.scale - logSumExp) * (dP[1] - d), j + 4 <= vec4u(i)),
        select(vec4f(0), exp(z[2] * params.scale - logSumExp) * (dP[2] - d), j + 8 <= vec4u(i)),
        select(vec4f(0), exp(z[3] * params.scale - logSumExp) * (dP[3] - d), j + 12 <= vec4u(i)));
      for (var c = 0u; c < params.headElements; c++) {
        let before = select(dqk[to + c], Element(), part + first == 0);
        let value = before + weighted(dS, params.keyStart + at + c);
        if (inside) { dqk[to + c] = value; }
      }
    }
  }
  if (inside && params.direction != 0) { rotate(to, i); }
  if (inside && head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) {
      dqk[params.queryGradientStart + row * params.queryStride + pad] = Element();
    }
  }
}

fn gradientsOfKeys(strip: u32, kvHead: u32, part: u32, b: u32, local: u32, lane: u32) {
  let j = strip * SIZE + local;
  let inside = j < params.length;
  let row = (part * params.batch + b) * params.length + min(j, params.length - 1);
  let keyAt = row * params.keyStride + kvHead * params.headElements;
  let to = params.keyGradientStart + keyAt;
  let group = params.heads / max(params.kvHeads, 1);
  let start = strip * SIZE / 16 * 16;
  for (var head = kvHead * group; head < (kvHead + 1) * group; head++) {
    let lseRow = (b * params.heads + head) * params.lseStride;
    for (var first = start; first < params.length; first += 16) {
      let own = ownRows(first, lane);
      let at = (b * params.length + own) * params.queryStride + head * params.headElements;
      let lseAt = lseRow + own;
      let logSumExp = spread(vec4f(lse[lseAt.x], lse[lseAt.y], lse[lseAt.z], lse[lseAt.w]));
      var inner = vec4f();
      var z = mat4x4f();
      var dP = mat4x4f();
      for (var c = 0u; c < params.headElements; c++) {
        z += products(qk[params.keyStart + keyAt + c], params.queryStart + at + c);
        dP += upstreamProducts(v[keyAt + c], at + c);
        inner.x += dot(dOut[at.x + c], out[at.x + c]);
        inner.y += dot(dOut[at.y + c], out[at.y + c]);
        if (LANES == 4) {
          inner.z += dot(dOut[at.z + c], out[at.z + c]);
          inner.w += dot(dOut[at.w + c], out[at.w + c]);
        }
      }
      let d = spread(inner);
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
        let dKey = select(dqk[to + c], Element(), fresh) + weighted(dS, params.queryStart + at + c);
        let dValue = select(dv[keyAt + c], Element(), fresh) + weightedUpstreams(p, at + c);
        if (inside) {
          dqk[to + c] = dKey;
          dv[keyAt + c] = dValue;
        }
      }
    }
  }
  if (inside && params.direction != 0) { rotate(to, j); }
  if (inside && kvHead + 1 == params.kvHeads) {
    for (var pad = params.kvHeads * params.headElements; pad < params.keyStride; pad++) {
      dqk[params.keyGradientStart + row * params.keyStride + pad] = Element();
      dv[row * params.keyStride + pad] = Element();
    }
  }
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let lane = invocation % LANES;
  let keyTeams = params.kvHeads * params.parts;
  let kvHeads = max(params.kvHeads, 1);
  for (var turn = 0u; turn < select(0u, 1u, team.y < keyTeams); turn++) {
    gradientsOfKeys(team.x, team.y % kvHeads, team.y / kvHeads, team.z, local, lane);
  }
  for (var turn = 0u; turn < select(1u, 0u, team.y < keyTeams); turn++) {
    gradientOfQueries(team.x, team.y - keyTeams, team.z, local, lane);
  }
}
