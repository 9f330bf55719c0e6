// sums ← g in the first micro-batch of a step, sums + g in the others, where g = Σ_s parts[s]: the last sums of every gradient
// of the micro-batch, and their sum over micro-batches
//
// gradients, sums: `vectors` vec4s, whole arenas; first[0] = 1 in the first micro-batch, else 0; table, parts and the order of
// their sums as in gather_gradients.wgsl. Where the table has no parts, g is in `gradients`.
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read> parts: array<vec4f>;
@group(0) @binding(3) var<storage, read> table: array<vec4f>;
@group(0) @binding(4) var<storage, read> first: array<f32>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;

override SIZE: u32 = 64;
const BLOCK = 16u;
const LANES = 8u;

fn inOrder(first: u32, count: u32, stride: u32) -> vec4f {
  var sum = vec4f(0);
  for (var s = 0u; s < count; s++) { sum += parts[first + s * stride]; }
  return sum;
}

fn inTree(first: u32, count: u32, stride: u32) -> vec4f {
  var lanes: array<vec4f, LANES>;
  for (var s = 0u; s < count; s++) { lanes[s % LANES] += parts[first + s * stride]; }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let entry = table[i / BLOCK];
  let count = u32(abs(entry.y));
  var g = gradients[i];
  if (count > 0 && i % BLOCK < u32(entry.w)) {
    let start = u32(entry.x) + i % BLOCK;
    if (entry.y > 0) { g = inOrder(start, count, u32(entry.z)); } else { g = inTree(start, count, u32(entry.z)); }
  }
  sums[i] = g + select(sums[i], vec4f(0), first[0] > 0);
}
