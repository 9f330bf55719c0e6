// O = softmax(scale·q Kᵀ) V of one query over rows 0..position of caches, equal to the last row of attention.wgsl
//
// q, out [1, queryStride], `heads` heads; k, v and, for parts = 2, crossK, crossV [capacity, keyStride], a row being kvHeads
// heads. Query head h reads KV head ⌊h·kvHeads/heads⌋. position [1] is in memory because it changes from token to token.
// lse [heads, lseStride]. queryStride, keyStride and head sizes count Elements, lseStride floats.
//
//   workgroup = one head:   for each block of SIZE keys, of the first layer and then of the second:
//     invocation = one key:       z = q·k → weights[lane]
//     all lanes:                  block maximum and sum over weights: each lane adds up all of them, in one order
//     invocation = one Element:   O_c = O_c·shrink + Σ e^(z−max) v_c            O is in the output buffer
//
// `position` is read-only, so that the end of the loop is uniform and the loop may contain barriers.
// Grid: x heads. Source of the running maximum: Milakov and Gimelshein, arXiv 1805.02867.
alias Element = vec4f;

struct Params {
  heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> position: array<i32>;
@group(0) @binding(3) var<storage, read> k: array<Element>;
@group(0) @binding(4) var<storage, read> v: array<Element>;
@group(0) @binding(5) var<storage, read> crossK: array<Element>;
@group(0) @binding(6) var<storage, read> crossV: array<Element>;
@group(0) @binding(7) var<storage, read_write> out: array<Element>;
@group(0) @binding(8) var<storage, read_write> lse: array<f32>;

override SIZE: u32 = 64;
const LOWEST = -1.0e30;
var<workgroup> weights: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = team.x;
  let queryAt = head * params.headElements;
  let keyHead = (head * params.kvHeads / max(params.heads, 1)) * params.headElements;
  let end = u32(position[0]) + 1;
  var top = LOWEST;
  var total = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    for (var first = 0u; first < end; first += SIZE) {
      let count = min(SIZE, end - first);
      var z = LOWEST;
      if (lane < count) {
        z = 0.0;
        let at = (first + lane) * params.keyStride + keyHead;
        for (var c = 0u; c < params.headElements; c++) {
          if (part == 0) { z += dot(q[queryAt + c], k[at + c]); } else { z += dot(q[queryAt + c], crossK[at + c]); }
        }
        z *= params.scale;
      }
      workgroupBarrier();
      weights[lane] = z;
      workgroupBarrier();
      var next = top;
      for (var n = 0u; n < count; n++) { next = max(next, weights[n]); }
      let shrink = exp(top - next);
      top = next;
      workgroupBarrier();
      weights[lane] = exp(z - top);
      workgroupBarrier();
      total *= shrink;
      for (var n = 0u; n < count; n++) { total += weights[n]; }
      for (var c = lane; c < params.headElements; c += SIZE) {
        var sum = Element();
        if (part + first > 0) { sum = shrink * out[queryAt + c]; }
        for (var n = 0u; n < count; n++) {
          let at = (first + n) * params.keyStride + keyHead + c;
          if (part == 0) { sum += weights[n] * v[at]; } else { sum += weights[n] * crossV[at]; }
        }
        out[queryAt + c] = sum;
      }
    }
  }
  for (var c = lane; c < params.headElements; c += SIZE) { out[queryAt + c] /= total; }
  if (lane < params.lseStride) { lse[head * params.lseStride + lane] = select(0.0, top + log(total), lane == 0); }
  if (head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements + lane; pad < params.queryStride; pad += SIZE) { out[pad] = Element(); }
  }
}
