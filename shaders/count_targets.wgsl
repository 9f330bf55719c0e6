// counted[0] = number of targets that are not ignored, at least 1
//
// targets [rows] i32, below 0 = ignored; counted [4], the rest zero.
// Grid: a single workgroup. The sum is exact in any order, because it is a whole number below 2²⁴.
struct Params { rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> targets: array<i32>;
@group(0) @binding(2) var<storage, read_write> counted: array<f32>;

override SIZE: u32 = 64;
var<workgroup> sums: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var row = lane; row < params.rows; row += SIZE) { sum += select(0.0, 1.0, targets[row] >= 0); }
  sums[lane] = sum;
  workgroupBarrier();
  for (var step = SIZE / 2; step > 0; step /= 2) {
    if (lane < step) { sums[lane] += sums[lane + step]; }
    workgroupBarrier();
  }
  if (lane < 4) { counted[lane] = select(0.0, max(sums[0], 1.0), lane == 0); }
}
