// out[c] = Σ_row partials[row, c]: the second pass of every two-pass sum, in a fixed order
//
// partials [rows, 4·vectors]; out [4·vectors].
// Grid: COLUMNS vec4 columns per workgroup, LANES invocations per column. Each sums every LANES-th row, then a tree adds them.
struct Params { rows: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

override COLUMNS: u32 = 8;
override LANES: u32 = 8;
var<workgroup> sums: array<vec4f, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = (team.y * teams.x + team.x) * COLUMNS + local.x;
  var sum = vec4f(0);
  if (column < params.vectors) {
    for (var row = local.y; row < params.rows; row += LANES) { sum += partials[row * params.vectors + column]; }
  }
  if (LANES > 1) {
    let slot = local.y * COLUMNS + local.x;
    sums[slot] = sum;
    workgroupBarrier();
    for (var step = LANES / 2; step > 0; step /= 2) {
      if (local.y < step) { sums[slot] += sums[slot + step * COLUMNS]; }
      workgroupBarrier();
    }
    sum = sums[local.x];
  }
  if (column < params.vectors && local.y == 0) { out[column] = sum; }
}
