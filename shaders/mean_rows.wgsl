// mean[0] = Σ losses / count
//
// losses [rows]; count = rows, or those of the whole batch if these are a part of it; mean [4], the rest zero.
// Grid: as in mean_loss.wgsl.
struct Params { rows: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read_write> mean: array<f32>;

override SIZE: u32 = 64;
var<workgroup> sums: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var row = lane; row < params.rows; row += SIZE) { sum += losses[row]; }
  sums[lane] = sum;
  workgroupBarrier();
  for (var step = SIZE / 2; step > 0; step /= 2) {
    if (lane < step) { sums[lane] += sums[lane + step]; }
    workgroupBarrier();
  }
  if (lane < 4) { mean[lane] = select(0.0, sums[0] / f32(params.count), lane == 0); }
}
