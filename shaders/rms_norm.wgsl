// y = x·r ⊙ weight,   r = 1/√(mean(x²) + ε), row by row
//
// x, y [rows, 4·vectors], `columns` of them real; weight [4·vectors]; inverseRms [rows] keeps r for the backward pass.
// Grid: ROWS rows per workgroup, LANES invocations per row. LANES = 1 needs no barrier and is fastest on software adapters.
// GPUs use LANES = 32, with which neighbouring lanes read neighbouring vec4s.
struct Params { rows: u32, columns: u32, vectors: u32, epsilon: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> inverseRms: array<f32>;

override LANES: u32 = 32;
override ROWS: u32 = 2;
var<workgroup> sums: array<f32, LANES * ROWS>;

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = (team.y * teams.x + team.x) * ROWS + local.y;
  let inside = row < params.rows;
  let start = min(row, max(params.rows, 1) - 1) * params.vectors;
  var squares = 0.0;
  for (var c = local.x; c < params.vectors; c += LANES) {
    let value = x[start + c];
    squares += dot(value, value);
  }
  if (LANES > 1) {
    let slot = local.y * LANES + local.x;
    sums[slot] = squares;
    workgroupBarrier();
    for (var step = LANES / 2; step > 0; step /= 2) {
      if (local.x < step) { sums[slot] += sums[slot + step]; }
      workgroupBarrier();
    }
    squares = sums[local.y * LANES];
  }
  let r = inverseSqrt(squares / f32(max(params.columns, 1)) + params.epsilon);
  if (!inside) { return; }
  for (var c = local.x; c < params.vectors; c += LANES) { y[start + c] = x[start + c] * r * weight[c]; }
  if (local.x == 0) { inverseRms[row] = r; }
}
