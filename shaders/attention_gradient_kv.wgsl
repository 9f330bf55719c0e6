// P = e^(z − lse),  dS = scale·P ⊙ (dO Vᵀ − D),  dK = dSᵀ Q,  dV = Pᵀ dO, summed over the query heads of a KV head
//
// Buffers as in attention.wgsl and attention_gradient_q.wgsl, which writes D to statistics; dk, dv like k, v. dK may be rotated, as
// dQ there.
// Invocation = one key row, with k, v, dK and dV in registers. It loops over the queries from the workgroup's first key on,
// so that every sum is in a fixed order, without atomics.
// Grid: x ⌈length/SIZE⌉ keys, y kvHeads, z parts·batch.
alias Element = vec4f;
const HEAD_ELEMENTS = 4u;

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

override SIZE: u32 = 64;
const QUERIES = 8u;
var<workgroup> queries: array<Element, QUERIES * HEAD_ELEMENTS>;
var<workgroup> upstreams: array<Element, QUERIES * HEAD_ELEMENTS>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let kvHead = team.y;
  let j = team.x * SIZE + lane;
  if (params.length == 0) { return; }
  let b = team.z % params.batch;
  let row = team.z * params.length + min(j, params.length - 1);
  let keyAt = row * params.keyStride + kvHead * params.headElements;
  var key: array<Element, HEAD_ELEMENTS>;
  var value: array<Element, HEAD_ELEMENTS>;
  var dKey: array<Element, HEAD_ELEMENTS>;
  var dValue: array<Element, HEAD_ELEMENTS>;
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    key[c] = k[keyAt + c] * params.scale;
    value[c] = v[keyAt + c];
    dKey[c] = Element();
    dValue[c] = Element();
  }
  let group = params.heads / params.kvHeads;
  for (var head = kvHead * group; head < (kvHead + 1) * group; head++) {
    let lseRow = (b * params.heads + head) * params.lseStride;
    for (var first = team.x * SIZE / QUERIES * QUERIES; first < params.length; first += QUERIES) {
      workgroupBarrier();
      for (var e = lane; e < QUERIES * HEAD_ELEMENTS; e += SIZE) {
        let at = (b * params.length + min(first + e / HEAD_ELEMENTS, params.length - 1)) * params.queryStride + head * params.headElements + e % HEAD_ELEMENTS;
        queries[e] = q[at];
        upstreams[e] = dOut[at];
      }
      workgroupBarrier();
      for (var n = 0u; n < QUERIES; n++) {
        let i = min(first + n, params.length - 1);
        var z = 0.0;
        var dP = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          z += dot(key[c], queries[n * HEAD_ELEMENTS + c]);
          dP += dot(value[c], upstreams[n * HEAD_ELEMENTS + c]);
        }
        let seen = j <= i && first + n < params.length;
        let p = select(0.0, exp(z - statistics[lseRow + i]), seen);
        let dS = p * (dP - statistics[params.innerStart + lseRow + i]) * params.scale;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          dKey[c] += dS * queries[n * HEAD_ELEMENTS + c];
          dValue[c] += p * upstreams[n * HEAD_ELEMENTS + c];
        }
      }
    }
  }
  if (j >= params.length) { return; }
  if (params.direction != 0) {
    for (var c = 0u; c < HEAD_ELEMENTS / 2; c++) {
      let cosine = table[j * params.tableStride + c];
      let sine = params.direction * table[params.sinStart + j * params.tableStride + c];
      let first = dKey[c];
      let second = dKey[c + HEAD_ELEMENTS / 2];
      dKey[c] = first * cosine - second * sine;
      dKey[c + HEAD_ELEMENTS / 2] = second * cosine + first * sine;
    }
  }
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    dk[keyAt + c] = dKey[c];
    dv[keyAt + c] = dValue[c];
  }
  if (kvHead == params.kvHeads - 1) {
    for (var pad = params.kvHeads * params.headElements; pad < params.keyStride; pad++) {
      dk[row * params.keyStride + pad] = Element();
      dv[row * params.keyStride + pad] = Element();
    }
  }
}
