// A = e^z / (e^s + Σ e^z), z = scale·Q Kᵀ + causal mask over the visible keys, s the sink of a head; O = A (scales ⊙ V). For
// forward passes with interventions; writes all of A
//
// q, out [batch·length, queryStride], a row being `heads` heads; k, v [parts·batch·length, keyStride], a row being kvHeads
// heads. Query head h reads KV head ⌊h·kvHeads/heads⌋. probabilities [batch·heads·length, stride], with two parts of keys the
// sum over both; visible and scales [layers, stride], of which row `layer` applies to both parts; sinks [heads], LOWEST for
// none. queryStride and keyStride count Elements.
//
//   workgroup (i, head, b) = one query row
//     invocation = every SIZE-th key:   z = q·k → maximum and sum of its keys → those of the row, in a fixed order
//     for each block of SIZE keys:
//       invocation = one key:           z again → A → written, and kept times its scale in workgroup memory
//       invocation = one Element:       O_c += Σ A v_c                              O is in the output buffer
//
// z is computed twice instead of stored, so that memory does not limit the length of a row. A row that sees no key is 0.
// Grid: x length, y heads, z batch. Source of the running maximum: Milakov and Gimelshein, arXiv 1805.02867.
alias Element = vec4f;

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, scale: f32, stride: u32, layer: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> k: array<Element>;
@group(0) @binding(3) var<storage, read> v: array<Element>;
@group(0) @binding(4) var<storage, read> visible: array<f32>;
@group(0) @binding(5) var<storage, read> scales: array<f32>;
@group(0) @binding(6) var<storage, read> sinks: array<f32>;
@group(0) @binding(7) var<storage, read_write> out: array<Element>;
@group(0) @binding(8) var<storage, read_write> probabilities: array<f32>;

override SIZE: u32 = 64;
const LOWEST = -1.0e30;
var<workgroup> tops: array<f32, SIZE>;
var<workgroup> sums: array<f32, SIZE>;
var<workgroup> weights: array<f32, 2 * SIZE>;

fn keyAt(part: u32, b: u32, head: u32, j: u32) -> u32 {
  return ((part * params.batch + b) * params.length + j) * params.keyStride + (head * params.kvHeads / params.heads) * params.headElements;
}

fn logit(queryAt: u32, keyAt: u32) -> f32 {
  var z = 0.0;
  for (var c = 0u; c < params.headElements; c++) { z += dot(q[queryAt + c], k[keyAt + c]); }
  return z * params.scale;
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = team.x;
  let head = team.y;
  let b = team.z;
  let row = b * params.length + i;
  let queryAt = row * params.queryStride + head * params.headElements;
  let mapAt = ((b * params.heads + head) * params.length + i) * params.stride;
  let keysAt = params.layer * params.stride;

  var top = LOWEST;
  var sum = 0.0;
  for (var j = lane; j <= i; j += SIZE) {
    if (visible[keysAt + j] == 0) { continue; }
    for (var part = 0u; part < params.parts; part++) {
      let z = logit(queryAt, keyAt(part, b, head, j));
      let next = max(top, z);
      sum = sum * exp(top - next) + exp(z - next);
      top = next;
    }
  }
  tops[lane] = top;
  sums[lane] = sum;
  workgroupBarrier();
  // A sink of LOWEST adds e^(LOWEST − top) = 0, unless the row sees no key: then nothing is divided by the total.
  top = max(LOWEST, sinks[head]);
  let seen = min(SIZE, i + 1);
  for (var n = 0u; n < seen; n++) { top = max(top, tops[n]); }
  var total = exp(sinks[head] - top);
  for (var n = 0u; n < seen; n++) { total += sums[n] * exp(tops[n] - top); }

  for (var first = 0u; first < params.stride; first += SIZE) {
    let j = first + lane;
    var both = 0.0;
    workgroupBarrier();
    for (var part = 0u; part < params.parts; part++) {
      var a = 0.0;
      var factor = 0.0;
      if (j <= i && visible[keysAt + min(j, i)] != 0) {
        a = exp(logit(queryAt, keyAt(part, b, head, j)) - top) / total;
        factor = scales[keysAt + j];
      }
      both += a;
      weights[part * SIZE + lane] = a * factor;
    }
    if (j < params.stride) { probabilities[mapAt + j] = both; }
    workgroupBarrier();
    if (first > i) { continue; }
    let count = min(SIZE, i + 1 - first);
    for (var c = lane; c < params.headElements; c += SIZE) {
      var o = Element();
      if (first > 0) { o = out[queryAt + c]; }
      for (var part = 0u; part < params.parts; part++) {
        for (var n = 0u; n < count; n++) { o += weights[part * SIZE + n] * v[keyAt(part, b, head, first + n) + c]; }
      }
      out[queryAt + c] = o;
    }
  }
  if (head == params.heads - 1) {
    for (var pad = params.heads * params.headElements + lane; pad < params.queryStride; pad += SIZE) { out[row * params.queryStride + pad] = Element(); }
  }
}
