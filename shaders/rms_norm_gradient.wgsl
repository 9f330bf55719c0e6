// dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/d (+ residual), row by row, with r = inverseRms
//
// x, dy, residual, dx [rows, 4·vectors], d = `columns` of them real; weight [4·vectors]; inverseRms [rows].
// The residual is the gradient of the residual stream around the norm. Without hasResidual any buffer may be bound to it.
// Grid: as in rms_norm.wgsl.
struct Params { rows: u32, columns: u32, vectors: u32, hasResidual: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseRms: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;

override LANES: u32 = 32;
override ROWS: u32 = 2;
var<workgroup> sums: array<f32, LANES * ROWS>;

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = (team.y * teams.x + team.x) * ROWS + local.y;
  let inside = row < params.rows;
  let start = min(row, max(params.rows, 1) - 1) * params.vectors;
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
  }
  if (!inside) { return; }
  let r = inverseRms[row];
  let scale = r * r * r * inner / f32(params.columns);
  for (var c = local.x; c < params.vectors; c += LANES) {
    var value = r * weight[c] * dy[start + c] - x[start + c] * scale;
    if (params.hasResidual != 0) { value += residual[start + c]; }
    dx[start + c] = value;
  }
}
