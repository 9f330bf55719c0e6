// losses = log Σ e^z − z_target;   dLogits = (softmax(z) − onehot(target)) / count, row by row
//
// logits, dLogits [rows, 4·vectors], `columns` of them real (V); targets [rows] i32, below 0 = ignored: loss and gradient 0;
// counted[0] = number of targets that are not ignored; losses [rows]. Without writeGradient any buffer may be bound as dLogits.
// The maximum and the sum are computed in one pass (Milakov and Gimelshein, arXiv 1805.02867), so each row is read only twice.
// Grid: as in rms_norm.wgsl.
struct Params { rows: u32, columns: u32, vectors: u32, writeGradient: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> counted: array<f32>;
@group(0) @binding(4) var<storage, read_write> losses: array<f32>;
@group(0) @binding(5) var<storage, read_write> dLogits: array<vec4f>;

override LANES: u32 = 32;
override ROWS: u32 = 2;
const LOWEST = -3.0e38;
var<workgroup> tops: array<f32, LANES * ROWS>;
var<workgroup> sums: array<f32, LANES * ROWS>;

// Logits of one vec4, with the lowest float in the padding.
fn masked(z: vec4f, column: u32) -> vec4f {
  return select(vec4f(LOWEST), z, vec4u(column * 4) + vec4u(0, 1, 2, 3) < vec4u(params.columns));
}

fn highest(z: vec4f) -> f32 { return max(max(z.x, z.y), max(z.z, z.w)); }

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = (team.y * teams.x + team.x) * ROWS + local.y;
  let inside = row < params.rows;
  let start = min(row, max(params.rows, 1) - 1) * params.vectors;
  var top = LOWEST;
  var sum = 0.0;
  for (var c = local.x; c < params.vectors; c += LANES) {
    let z = masked(logits[start + c], c);
    let next = max(top, highest(z));
    sum = sum * exp(top - next) + dot(exp(z - next), vec4f(1));
    top = next;
  }
  if (LANES > 1) {
    let slot = local.y * LANES + local.x;
    tops[slot] = top;
    sums[slot] = sum;
    workgroupBarrier();
    for (var step = LANES / 2; step > 0; step /= 2) {
      if (local.x < step) {
        let next = max(tops[slot], tops[slot + step]);
        sums[slot] = sums[slot] * exp(tops[slot] - next) + sums[slot + step] * exp(tops[slot + step] - next);
        tops[slot] = next;
      }
      workgroupBarrier();
    }
    top = tops[local.y * LANES];
    sum = sums[local.y * LANES];
  }
  if (!inside) { return; }
  let wanted = targets[row];
  let counts = wanted >= 0;
  if (local.x == 0) {
    var loss = 0.0;
    if (counts) { loss = top + log(sum) - logits[start + u32(wanted) / 4][u32(wanted) % 4]; }
    losses[row] = loss;
  }
  if (params.writeGradient == 0) { return; }
  let scale = select(0.0, 1.0 / counted[0], counts);
  for (var c = local.x; c < params.vectors; c += LANES) {
    let z = masked(logits[start + c], c);
    let hit = vec4u(c * 4) + vec4u(0, 1, 2, 3) == vec4u(u32(wanted));
    let gradient = (exp(z - top) / sum - select(vec4f(0), vec4f(1), hit)) * scale;
    dLogits[start + c] = gradient;
  }
}
