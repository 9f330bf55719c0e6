// partials[g] = Σ over the rows of group g of r·x⊙dy: first pass of RMSNorm's weight gradient; reduce_rows.wgsl sums the groups
//
// x, dy [rows, 4·vectors]; inverseRms [rows]; partials [groups, 4·vectors].
// Grid: x over the vec4s of a row, y over groups of rowsPerGroup rows. Each invocation loops over the rows of its column, so
// that neighbours read neighbouring vec4s and the order of the sum is fixed.
struct Params { rows: u32, vectors: u32, rowsPerGroup: u32, groups: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> inverseRms: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<vec4f>;

override SIZE: u32 = 32;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = team.x * SIZE + lane;
  let group = team.y;
  if (column >= params.vectors || group >= params.groups) { return; }
  var sum = vec4f(0);
  for (var row = group * params.rowsPerGroup; row < min(params.rows, (group + 1) * params.rowsPerGroup); row++) {
    let i = row * params.vectors + column;
    sum += inverseRms[row] * x[i] * dy[i];
  }
  partials[group * params.vectors + column] = sum;
}
