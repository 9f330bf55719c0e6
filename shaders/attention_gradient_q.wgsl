// P = e^(z − lse),  D = ⟨dO, O⟩,  dS = scale·P ⊙ (dO Vᵀ − D),  dQ = dS K
//
// Buffers and grid as in attention.wgsl; dOut, dq like out. statistics is lse, and from innerStart on D in the same layout, which
// this kernel keeps for attention_gradient_kv.wgsl. If direction isn't 0, dQ is rotated before it is stored, as rope.wgsl would:
// table is cos [length, tableStride], and from sinStart on sin, in Elements; half a head is a whole number of Elements.
// Invocation = one query row, with q, dO and dQ in registers. It loops over the keys as the forward kernel does.
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
@group(0) @binding(4) var<storage, read> out: array<Element>;
@group(0) @binding(5) var<storage, read> dOut: array<Element>;
@group(0) @binding(6) var<storage, read> table: array<Element>;
@group(0) @binding(7) var<storage, read_write> dq: array<Element>;
@group(0) @binding(8) var<storage, read_write> statistics: array<f32>;

override SIZE: u32 = 64;
const KEYS = 8u;
var<workgroup> keys: array<Element, KEYS * HEAD_ELEMENTS>;
var<workgroup> values: array<Element, KEYS * HEAD_ELEMENTS>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = team.y;
  let i = team.x * SIZE + lane;
  if (params.length == 0) { return; }
  let row = team.z * params.length + min(i, params.length - 1);
  let queryAt = row * params.queryStride + head * params.headElements;
  let keyHead = (head * params.kvHeads / params.heads) * params.headElements;
  let lseAt = (team.z * params.heads + head) * params.lseStride + min(i, params.length - 1);
  var query: array<Element, HEAD_ELEMENTS>;
  var upstream: array<Element, HEAD_ELEMENTS>;
  var sum: array<Element, HEAD_ELEMENTS>;
  var d = 0.0;
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    query[c] = q[queryAt + c] * params.scale;
    upstream[c] = dOut[queryAt + c];
    sum[c] = Element();
    d += dot(upstream[c], out[queryAt + c]);
  }
  let logSumExp = statistics[lseAt];
  let end = min(params.length, (team.x + 1) * SIZE);
  for (var part = 0u; part < params.parts; part++) {
    let keyRow = (part * params.batch + team.z) * params.length;
    for (var first = 0u; first < end; first += KEYS) {
      workgroupBarrier();
      for (var e = lane; e < KEYS * HEAD_ELEMENTS; e += SIZE) {
        let at = (keyRow + min(first + e / HEAD_ELEMENTS, params.length - 1)) * params.keyStride + keyHead + e % HEAD_ELEMENTS;
        keys[e] = k[at];
        values[e] = v[at];
      }
      workgroupBarrier();
      for (var n = 0u; n < KEYS; n++) {
        var z = 0.0;
        var dP = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          z += dot(query[c], keys[n * HEAD_ELEMENTS + c]);
          dP += dot(upstream[c], values[n * HEAD_ELEMENTS + c]);
        }
        let dS = select(0.0, exp(z - logSumExp) * (dP - d), first + n <= i) * params.scale;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          sum[c] += dS * keys[n * HEAD_ELEMENTS + c];
        }
      }
    }
  }
  if (i >= params.length) { return; }
  if (params.direction != 0) {
    for (var c = 0u; c < HEAD_ELEMENTS / 2; c++) {
      let cosine = table[i * params.tableStride + c];
      let sine = params.direction * table[params.sinStart + i * params.tableStride + c];
      let first = sum[c];
      let second = sum[c + HEAD_ELEMENTS / 2];
      sum[c] = first * cosine - second * sine;
      sum[c + HEAD_ELEMENTS / 2] = second * cosine + first * sine;
    }
  }
  for (var c = 0u; c < HEAD_ELEMENTS; c++) { dq[queryAt + c] = sum[c]; }
  statistics[params.innerStart + lseAt] = d;
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { dq[row * params.queryStride + pad] = Element(); }
  }
}
