// loss[0] = Σ losses / counted[0]
//
// losses [rows], 0 if the target is ignored; counted [4]; loss [4], the rest zero.
// Grid: a single workgroup. Lane l sums rows l, l + SIZE, …, then a tree adds the lanes: always in the same order.
struct Params { rows: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> counted: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

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
  if (lane < 4) { loss[lane] = select(0.0, sums[0] / counted[0], lane == 0); }
}
