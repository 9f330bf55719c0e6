// dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/d (+ residual), row by row, and partials[g] = Σ over the rows of group g of r·x⊙dy
//
// rms_norm_gradient.wgsl and rms_norm_weight_gradient.wgsl in one dispatch, with the same order of every sum: a workgroup has the
// rows of one group, takes ROWS of them at a time for dx, and then a vec4 column per invocation for the weight gradient's part.
// x, dy, residual, dx [rows, 4·vectors], d = `columns` of them real; weight [4·vectors]; inverseRms [rows];
// partials [groups, 4·vectors]. Without hasResidual any buffer may be bound to it.
// Grid: one workgroup per group of rowsPerGroup rows; LANES invocations per row.
struct Params { rows: u32, columns: u32, vectors: u32, hasResidual: u32, rowsPerGroup: u32, groups: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseRms: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partials: array<vec4f>;

override LANES: u32 = 32;
override ROWS: u32 = 8;
var<workgroup> sums: array<f32, LANES * ROWS>;

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let group = team.y * teams.x + team.x;
  if (group >= params.groups) { return; } // true for the whole workgroup
  let firstRow = group * params.rowsPerGroup;
  let end = min(params.rows, firstRow + params.rowsPerGroup);
  for (var first = firstRow; first < end; first += ROWS) {
    let row = first + local.y;
    let inside = row < end;
    let start = min(row, params.rows - 1) * params.vectors;
    var inner = 0.0;
    for (var c = local.x; c < params.vectors; c += LANES) { inner += dot(weight[c] * dy[start + c], x[start + c]); }
    if (LANES > 1) {
      let slot = local.y * LANES + local.x;
      sums[slot] = inner;
      workgroupBarrier();
      for (var step = LANES / 2; step > 0; step /= 2) {
        if (local.x < step) { sums[slot] += sums[slot + step]; }
        workgroupBarrier();
      }
      inner = sums[local.y * LANES];
      workgroupBarrier(); // the next rows overwrite it
    }
    if (inside) {
      let r = inverseRms[row];
      let scale = r * r * r * inner / f32(params.columns);
      for (var c = local.x; c < params.vectors; c += LANES) {
        var value = r * weight[c] * dy[start + c] - x[start + c] * scale;
        if (params.hasResidual != 0) { value += residual[start + c]; }
        dx[start + c] = value;
      }
    }
  }
  for (var c = local.y * LANES + local.x; c < params.vectors; c += LANES * ROWS) {
    var sum = vec4f(0);
    for (var row = firstRow; row < end; row++) {
      let i = row * params.vectors + c;
      sum += inverseRms[row] * x[i] * dy[i];
    }
    partials[group * params.vectors + c] = sum;
  }
}
