// partials[g, column] = ⟨x, y⟩ over the share of group g; 0 in the other columns from clearFrom to clearTo − 1
//
// First pass of a dot product: λ gradients ⟨dy, V₁⟩, and ‖g‖² with x = y. reduce_rows.wgsl sums the groups.
// x, y: `vectors` vec4s; partials [groups, width].
// Grid: one workgroup per group. Group g sums every groups-th block of SIZE vec4s, then its lanes in a tree in workgroup memory.
struct Params { vectors: u32, groups: u32, width: u32, column: u32, clearFrom: u32, clearTo: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

override SIZE: u32 = 64;
var<workgroup> sums: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = team.x * SIZE + lane; i < params.vectors; i += params.groups * SIZE) { sum += dot(x[i], y[i]); }
  sums[lane] = sum;
  workgroupBarrier();
  for (var step = SIZE / 2; step > 0; step /= 2) {
    if (lane < step) { sums[lane] += sums[lane + step]; }
    workgroupBarrier();
  }
  if (lane == 0) {
    for (var c = params.clearFrom; c < params.clearTo; c++) {
      partials[team.x * params.width + c] = select(0.0, sums[0], c == params.column);
    }
  }
}
