// embedding.wgsl and, in one more workgroup, count_targets.wgsl, which is exact in any order
//
// Buffers as there.
// Grid: that of embedding.wgsl, and the workgroup that counts.
struct Params { rows: u32, vectors: u32, targets: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(4) var<storage, read> targets: array<i32>;
@group(0) @binding(5) var<storage, read_write> counted: array<f32>;

override SIZE: u32 = 64;
// Invocations that count. With one, for software adapters, lavapipe compiles no barriers.
const COUNTERS = 64u;
var<workgroup> sums: array<f32, SIZE>;

fn count(lane: u32) {
  var sum = 0.0;
  for (var row = lane; row < select(0, params.targets, lane < COUNTERS); row += COUNTERS) { sum += select(0.0, 1.0, targets[row] >= 0); }
  if (COUNTERS > 1) {
    sums[lane] = sum;
    workgroupBarrier();
    for (var step = COUNTERS / 2; step > 0; step /= 2) {
      if (lane < step) { sums[lane] += sums[lane + step]; }
      workgroupBarrier();
    }
    sum = sums[0];
  }
  if (lane == 0) {
    counted[0] = max(sum, 1.0);
    for (var pad = 1u; pad < 4; pad++) { counted[pad] = 0.0; }
  }
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = team.y * teams.x + team.x;
  let elements = params.rows * params.vectors;
  if (group == (elements + SIZE - 1) / SIZE) {
    count(lane);
    return;
  }
  let i = group * SIZE + lane;
  if (i >= elements) { return; }
  out[i] = table[u32(tokens[i / params.vectors]) * params.vectors + i % params.vectors];
}
