// losses = mean over columns of (y − t)²;   dPredictions = 2 (y − t) · scale, row by row
//
// predictions y, targets t, dPredictions [rows, 4·vectors], `columns` of them real and the rest zero; losses [rows];
// scale = 1/(rows·columns). Without writeGradient any buffer may be bound as dPredictions.
// Grid: as in rms_norm.wgsl.
struct Params { rows: u32, columns: u32, vectors: u32, writeGradient: u32, scale: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> predictions: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;
@group(0) @binding(4) var<storage, read_write> dPredictions: array<vec4f>;

override LANES: u32 = 32;
override ROWS: u32 = 2;
var<workgroup> sums: array<f32, LANES * ROWS>;

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = (team.y * teams.x + team.x) * ROWS + local.y;
  let inside = row < params.rows;
  let start = min(row, max(params.rows, 1) - 1) * params.vectors;
  var sum = 0.0;
  for (var c = local.x; c < params.vectors; c += LANES) {
    // The padding of both is zero, so it adds nothing and its gradient is zero.
    let difference = predictions[start + c] - targets[start + c];
    sum += dot(difference, difference);
    if (inside && params.writeGradient != 0) { dPredictions[start + c] = 2 * params.scale * difference; }
  }
  if (LANES > 1) {
    let slot = local.y * LANES + local.x;
    sums[slot] = sum;
    workgroupBarrier();
    for (var step = LANES / 2; step > 0; step /= 2) {
      if (local.x < step) { sums[slot] += sums[slot + step]; }
      workgroupBarrier();
    }
    sum = sums[local.y * LANES];
  }
  if (inside && local.x == 0) { losses[row] = sum / f32(params.columns); }
}
