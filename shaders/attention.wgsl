// O = softmax(scale·Q Kᵀ + causal mask) V without ever storing T×T, and lse = log Σ e^z per row for the backward pass
//
// q, out [batch·length, queryStride], a row being `heads` heads; k, v [parts·batch·length, keyStride], a row being kvHeads
// heads. Query head h reads KV head ⌊h·kvHeads/heads⌋. lse [batch·heads, lseStride]. queryStride, keyStride and head sizes
// count Elements, lseStride floats.
//
//   workgroup (x, head, b):   invocation = one query row, its q and O in registers
//     for each block of KEYS keys:   K, V into workgroup memory
//       z = q·k → block maximum → rescale O and the running sum once per block → O += e^(z−max) v
//
// All rows of a workgroup read the same keys, so each key is loaded once for all of them. Blocks to the right of the last
// row's diagonal are skipped. Software adapters use attention_subgroup.wgsl instead.
// Grid: x ⌈length/SIZE⌉, y heads, z batch. Sources: Dao, arXiv 2307.08691; Milakov and Gimelshein, arXiv 1805.02867.
alias Element = vec4f;
const HEAD_ELEMENTS = 4u;

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

override SIZE: u32 = 64;
const KEYS = 8u;
const LOWEST = -1.0e30;
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
  var query: array<Element, HEAD_ELEMENTS>;
  var sum: array<Element, HEAD_ELEMENTS>;
  for (var c = 0u; c < HEAD_ELEMENTS; c++) {
    query[c] = q[queryAt + c] * params.scale;
    sum[c] = Element();
  }
  var top = LOWEST;
  var total = 0.0;
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
      var z: array<f32, KEYS>;
      var next = top;
      for (var n = 0u; n < KEYS; n++) {
        var product = 0.0;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          product += dot(query[c], keys[n * HEAD_ELEMENTS + c]);
        }
        z[n] = select(LOWEST, product, first + n <= i);
        next = max(next, z[n]);
      }
      let shrink = exp(top - next);
      top = next;
      total *= shrink;
      for (var c = 0u; c < HEAD_ELEMENTS; c++) { sum[c] *= shrink; }
      for (var n = 0u; n < KEYS; n++) {
        let weight = select(0.0, exp(z[n] - top), first + n <= i);
        total += weight;
        for (var c = 0u; c < HEAD_ELEMENTS; c++) {
          sum[c] += weight * values[n * HEAD_ELEMENTS + c];
        }
      }
    }
  }
  let lseAt = (team.z * params.heads + head) * params.lseStride + i;
  if (i >= params.length) {
    if (i < params.lseStride) { lse[lseAt] = 0; }
    return;
  }
  for (var c = 0u; c < HEAD_ELEMENTS; c++) { out[queryAt + c] = sum[c] / total; }
  lse[lseAt] = top + log(total);
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements; pad < params.queryStride; pad++) { out[row * params.queryStride + pad] = Element(); }
  }
}
