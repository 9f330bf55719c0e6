// dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/d (+ residual), row by row, and partials[g] = Σ over the rows of group g of r·x⊙dy
//
// rms_norm_gradient.wgsl and rms_norm_weight_gradient.wgsl in one dispatch, with the same order of every sum. SHARES workgroups
// have the rows of one group: each takes its share of them, ROWS at a time, for dx, and then its share of the columns, a vec4 column
// per invocation, for the weight gradient's part. There BATCH rows are loaded at once and added one by one, because a GPU
// waits longer for a number than it takes to add it.
// x, dy, residual, dx [rows, 4·vectors], d = `columns` of them real; weight [4·vectors]; inverseRms [rows];
// partials [groups, 4·vectors]. Without hasResidual any buffer may be bound to it.
// Grid: x, y groups of rowsPerGroup rows, a multiple of SHARES·ROWS; z SHARES; LANES invocations per row.
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
override SHARES: u32 = 4;
const BATCH = 8u;
var<workgroup> sums: array<f32, LANES * ROWS>;

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let group = team.y * teams.x + team.x;
  if (group >= params.groups) { return; } // true for the whole workgroup
  let firstRow = group * params.rowsPerGroup;
  let end = min(params.rows, firstRow + params.rowsPerGroup);
  let share = params.rowsPerGroup / SHARES;
  let shareEnd = min(end, firstRow + (team.z + 1) * share);
  for (var first = firstRow + team.z * share; first < shareEnd; first += ROWS) {
    let row = first + local.y;
    let inside = row < shareEnd;
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
  for (var c = team.z + SHARES * (local.y * LANES + local.x); c < params.vectors; c += SHARES * LANES * ROWS) {
    var sum = vec4f(0);
    var row = firstRow;
    for (; BATCH > 1 && row + BATCH <= end; row += BATCH) {
      var products: array<vec4f, BATCH>;
      for (var n = 0u; n < BATCH; n++) {
        let i = (row + n) * params.vectors + c;
        products[n] = inverseRms[row + n] * x[i] * dy[i];
      }
      for (var n = 0u; n < BATCH; n++) { sum += products[n]; }
    }
    for (; row < end; row++) {
      let i = row * params.vectors + c;
      sum += inverseRms[row] * x[i] * dy[i];
    }
    partials[group * params.vectors + c] = sum;
  }
}
