// The last sums of a step: squares[0] = Σ_s partials[s, 0], and mean[0] = Σ losses / count
//
// partials [groups, 4], as dot_partials.wgsl leaves them for ‖g‖²; losses [rows]; squares, mean [4], the rest zero. count is that of
// the uniform, or counted[0] if that is 0. Lanes sum every LANES-th partial, as in reduce_rows.wgsl, or every SIZE-th loss, and
// then a tree adds the lanes: always in the same order.
// Grid: x ‖g‖², unless groups is 0, and then the mean.
struct Params { groups: u32, rows: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read> losses: array<f32>;
@group(0) @binding(3) var<storage, read> counted: array<f32>;
@group(0) @binding(4) var<storage, read_write> squares: array<f32>;
@group(0) @binding(5) var<storage, read_write> mean: array<f32>;

override SIZE: u32 = 64;
override LANES: u32 = 8;
var<workgroup> sums: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let isMean = team.x == 1 || params.groups == 0;
  let lanes = select(LANES, SIZE, isMean);
  var sum = 0.0;
  if (isMean) {
    for (var row = lane; row < params.rows; row += SIZE) { sum += losses[row]; }
  } else if (lane < LANES) {
    for (var group = lane; group < params.groups; group += LANES) { sum += partials[4 * group]; }
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var step = lanes / 2; step > 0; step /= 2) {
    if (lane < step) { sums[lane] += sums[lane + step]; }
    workgroupBarrier();
  }
  if (lane >= 4) { return; }
  if (isMean) {
    let count = select(f32(params.count), counted[0], params.count == 0);
    mean[lane] = select(0.0, sums[0] / count, lane == 0);
  } else {
    squares[lane] = select(0.0, sums[0], lane == 0);
  }
}
