// g = Σ_s parts[s], then, if isLast is 1, partials[t] = (⟨g, g⟩ over the share of workgroup t, 0, 0, 0): the last sums of
// gradients and the first pass of ‖g‖²
//
// gradients: `vectors` vec4s, the whole arena. An op whose sum has two passes leaves its parts for this kernel. table has a vec4
// per 16 vec4s of the arena: index of its first vec4 in parts; number of parts, 0 = the gradient is there already, negative = to
// be added in the order of reduce_rows.wgsl with eight lanes; vec4s between two parts; number of these 16 that are no padding, plus 32 times the
// period. Each period's parts have the memory of the period before: only those of params.period are there, and are added.
// All are whole numbers below 2^24, which float32 holds. parts: as sum_partials.wgsl and reduce_rows.wgsl read them, in their order.
// Grid: one workgroup per group; shares and order of ⟨g, g⟩ as in dot_partials.wgsl.
struct Params { vectors: u32, groups: u32, period: u32, isLast: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read> parts: array<vec4f>;
@group(0) @binding(3) var<storage, read> table: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;

override SIZE: u32 = 64;
const BLOCK = 16u;
const PLACES = 32u;
const LANES = 8u;
const BATCH = 4u;
var<workgroup> sums: array<f32, SIZE>;

// BATCH parts, or LANES in a tree, are loaded at once, because a GPU waits longer for a number than it takes to add it. With a BATCH of
// 1, for software adapters, each is loaded when it is added. The order of the sums is the same.
fn inOrder(first: u32, count: u32, stride: u32) -> vec4f {
  var sum = vec4f(0);
  var s = 0u;
  for (; BATCH > 1 && s + BATCH <= count; s += BATCH) {
    var loaded = array<vec4f, BATCH>();
    for (var n = 0u; n < BATCH; n++) { loaded[n] = parts[first + (s + n) * stride]; }
    for (var n = 0u; n < BATCH; n++) { sum += loaded[n]; }
  }
  for (; s < count; s++) { sum += parts[first + s * stride]; }
  return sum;
}

fn inTree(first: u32, count: u32, stride: u32) -> vec4f {
  var lanes = array<vec4f, LANES>();
  var s = 0u;
  if (BATCH > 1) {
    for (; s + LANES <= count; s += LANES) {
      for (var lane = 0u; lane < LANES; lane++) { lanes[lane] += parts[first + (s + lane) * stride]; }
    }
  }
  for (; s < count; s++) { lanes[s % LANES] += parts[first + s * stride]; }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = team.x * SIZE + lane; i < params.vectors; i += params.groups * SIZE) {
    let entry = table[i / BLOCK];
    let count = u32(abs(entry.y));
    let place = u32(entry.w);
    let isHere = count > 0 && place / PLACES == params.period && i % BLOCK < place % PLACES;
    if (params.isLast == 0 && !isHere) { continue; }
    var g = gradients[i];
    if (isHere) {
      let first = u32(entry.x) + i % BLOCK;
      if (BATCH == 1 || entry.y > 0) { g = inOrder(first, count, u32(entry.z)); } else { g = inTree(first, count, u32(entry.z)); }
      gradients[i] = g;
    }
    sum += dot(g, g);
  }
  if (params.isLast == 0) { return; }
  sums[lane] = sum;
  workgroupBarrier();
  for (var step = SIZE / 2; step > 0; step /= 2) {
    if (lane < step) { sums[lane] += sums[lane + step]; }
    workgroupBarrier();
  }
  if (lane < 4) { partials[team.x * 4 + lane] = select(0.0, sums[0], lane == 0); }
}
