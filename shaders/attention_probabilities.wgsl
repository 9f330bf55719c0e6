// A = e^(scale·Q Kᵀ − lse), 0 above the diagonal; with two parts of keys, the sum over both. For heatmaps and measurements
//
// q, k, lse as in attention.wgsl; probabilities [batch·heads·length, stride].
// Grid: x over a row's stride, y query rows, z batch·heads; one invocation per entry, padding included.
alias Element = vec4f;

struct Params {
  length: u32, batch: u32, heads: u32, kvHeads: u32, parts: u32,
  headElements: u32, queryStride: u32, keyStride: u32, lseStride: u32, scale: f32, stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<Element>;
@group(0) @binding(2) var<storage, read> k: array<Element>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read_write> probabilities: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let j = team.x * SIZE + lane;
  let i = team.y;
  if (j >= params.stride || i >= params.length) { return; }
  let b = team.z / params.heads;
  let head = team.z % params.heads;
  var sum = 0.0;
  if (j <= i) {
    let queryAt = (b * params.length + i) * params.queryStride + head * params.headElements;
    let keyHead = (head * params.kvHeads / params.heads) * params.headElements;
    for (var part = 0u; part < params.parts; part++) {
      let keyAt = ((part * params.batch + b) * params.length + j) * params.keyStride + keyHead;
      var z = 0.0;
      for (var c = 0u; c < params.headElements; c++) { z += dot(q[queryAt + c], k[keyAt + c]); }
      sum += exp(z * params.scale - lse[team.z * params.lseStride + i]);
    }
  }
  probabilities[(team.z * params.length + i) * params.stride + j] = sum;
}
