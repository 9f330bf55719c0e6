// attention_gradient_q.wgsl and attention_gradient_kv.wgsl in one dispatch, for GPUs, with the same order of every sum
//
// Buffers as there, but q and k share a memory, and so do dq and dk, because a stage has eight bindings: k starts at keyStart and so on,
// in Elements. Workgroups of keys don't wait for D of attention_gradient_q.wgsl: each computes it for the queries that it reads, SIZE
// at a time. That is a dot product per query and workgroup, where each of the SIZE keys takes four.
// Grid: x ⌈length/SIZE⌉, y kvHeads·parts and then heads, z batch. Keys come first, because they take longer.
alias Element = vec4f;
const HEAD_ELEMENTS = 4u;

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

override SIZE: u32 = 64;
const ROWS = 8u;
var<workgroup> ofKeys: array<Element, ROWS * HEAD_ELEMENTS>; // keys, or queries
var<workgroup> ofValues: array<Element, ROWS * HEAD_ELEMENTS>; // values, or dO
var<workgroup> logSumExps: array<f32, SIZE>;
var<workgroup> inners: array<f32, SIZE>;

// The heads of a row, rotated as rope.wgsl would, to dqk.
fn storeRotated(sum: ptr<function, array<Element, HEAD_ELEMENTS>>, at: u32, position: u32) {
  if (params.direction != 0) {
    for (var c = 0u; c < HEAD_ELEMENTS / 2; c++) {
      let cosine = table[position * params.tableStride + c];
      let sine = params.direction * table[params.sinStart + position * params.tableStride + c];
      let first = (*sum)[c];
      let second = (*sum)[c + HEAD_ELEMENTS / 2];
      (*sum)[c] = first * cosine - second * sine;
      (*sum)[c + HEAD_ELEMENTS / 2] = second * cosine + first * sine;
    }
  }
  for (var c = 0u; c < HEAD_ELEMENTS; c++) { dqk[at + c] = (*sum)[c]; }
}

fn gradientOfQueries(strip: u32, head: u32, b: u32, lane: u32) {
  let i = strip * SIZE + lane;
  let row = b * params.length + min(i, params.length - 1);
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / params.heads) * params.headElements;
  let lseAt = (b * params.heads + head) * params.lseStride + min(i, params.length - 1);
  var query: array<Element, HEAD_ELEMENTS>;
  var upstream: array<Element, HEAD_ELEMENTS>;
  var sum: array<Element, HEAD_ELEMENTS>;
  var d = 0.0;
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    query[c] = qk[params.queryStart + queryAt + c] * params.scale;
    upstream[c] = dOut[queryAt + c];
    sum[c] = Element();
    d += dot(upstream[c], out[queryAt + c]);
  }
  let logSumExp = lse[lseAt];
  let end = min(params.length, (strip + 1) * SIZE);
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + b) * params.length;
    for (var first = 0u; first < end; first += ROWS) {
      workgroupBarrier();
      for (var e = lane; e < ROWS * HEAD_ELEMENTS; e += SIZE) {
        let at = (keyRow + min(first + e / HEAD_ELEMENTS, params.length - 1)) * params.keyStride + keyHead + e % HEAD_ELEMENTS;
        ofKeys[e] = qk[params.keyStart + at];
        ofValues[e] = v[at];
      }
      workgroupBarrier();
      for (var n = 0u; n < ROWS; n++) {
        var z = 0.0;
        var dP = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          z += dot(query[c], ofKeys[n * HEAD_ELEMENTS + c]);
          dP += dot(upstream[c], ofValues[n * HEAD_ELEMENTS + c]);
        }
        let dS = select(0.0, exp(z - logSumExp) * (dP - d), first + n <= i) * params.scale;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          sum[c] += dS * ofKeys[n * HEAD_ELEMENTS + c];
        }
      }
    }
  }
  if (i >= params.length) { return; }
  storeRotated(&sum, params.queryGradientStart + queryAt, i);
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) {
      dqk[params.queryGradientStart + row * params.queryStride + pad] = Element();
    }
  }
}

fn gradientsOfKeys(strip: u32, kvHead: u32, part: u32, b: u32, lane: u32) {
  let j = strip * SIZE + lane;
  let row = (part * params.batch + b) * params.length + min(j, params.length - 1);
  let keyAt = row * params.keyStride + kvHead * params.headElements;
  var key: array<Element, HEAD_ELEMENTS>;
  var value: array<Element, HEAD_ELEMENTS>;
  var dKey: array<Element, HEAD_ELEMENTS>;
  var dValue: array<Element, HEAD_ELEMENTS>;
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    key[c] = qk[params.keyStart + keyAt + c] * params.scale;
    value[c] = v[keyAt + c];
    dKey[c] = Element();
    dValue[c] = Element();
  }
  let group = params.heads / params.kvHeads;
  for (var head = kvHead * group; head < (kvHead + 1) * group; head++) {
    let lseRow = (b * params.heads + head) * params.lseStride;
    for (var first = strip * SIZE; first < params.length; first += ROWS) {
      workgroupBarrier();
      for (var e = lane; e < ROWS * HEAD_ELEMENTS; e += SIZE) {
        let at = (b * params.length + min(first + e / HEAD_ELEMENTS, params.length - 1)) * params.queryStride + head * params.headElements + e % HEAD_ELEMENTS;
        ofKeys[e] = qk[params.queryStart + at];
        ofValues[e] = dOut[at];
      }
      if (first % SIZE == 0) {
        let i = min(first + lane, params.length - 1);
        let at = (b * params.length + i) * params.queryStride + head * params.headElements;
        var d = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) { d += dot(dOut[at + c], out[at + c]); }
        inners[lane] = d;
        logSumExps[lane] = lse[lseRow + i];
      }
      workgroupBarrier();
      for (var n = 0u; n < ROWS; n++) {
        let i = first + n;
        var z = 0.0;
        var dP = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          z += dot(key[c], ofKeys[n * HEAD_ELEMENTS + c]);
          dP += dot(value[c], ofValues[n * HEAD_ELEMENTS + c]);
        }
        let p = select(0.0, exp(z - logSumExps[i % SIZE]), j <= i && i < params.length);
        let dS = p * (dP - inners[i % SIZE]) * params.scale;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          dKey[c] += dS * ofKeys[n * HEAD_ELEMENTS + c];
          dValue[c] += p * ofValues[n * HEAD_ELEMENTS + c];
        }
      }
    }
  }
  if (j >= params.length) { return; }
  storeRotated(&dKey, params.keyGradientStart + keyAt, j);
  for (var c = 0u; c < HEAD_ELEMENTS; c++) { dv[keyAt + c] = dValue[c]; }
  if (kvHead == params.kvHeads - 1) {
    for (var pad = params.kvHeads * params.headElements; pad < params.keyStride; pad++) {
      dqk[params.keyGradientStart + row * params.keyStride + pad] = Element();
      dv[row * params.keyStride + pad] = Element();
    }
  }
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (params.length == 0) { return; }
  let keyTeams = params.kvHeads * params.parts;
  if (team.y < keyTeams) {
    gradientsOfKeys(team.x, team.y % params.kvHeads, team.y / params.kvHeads, team.z, lane);
  } else {
    gradientOfQueries(team.x, team.y - keyTeams, team.z, lane);
  }
}
