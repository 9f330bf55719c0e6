// out[row, c] = e^x[row, c] / Σ_r e^x[r, c]: a softmax over each column, for small inputs
//
// x, out [rows, 4·vectors], `columns` of them real; the padding stays zero.
// Grid: one invocation per vec4 of columns, which loops over the rows three times: maximum, sum, quotient.
struct Params { rows: u32, columns: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = (team.y * teams.x + team.x) * SIZE + lane;
  if (column >= params.vectors || params.rows == 0) { return; }
  var top = x[column];
  for (var row = 1u; row < params.rows; row++) { top = max(top, x[row * params.vectors + column]); }
  var total = vec4f(0);
  for (var row = 0u; row < params.rows; row++) { total += exp(x[row * params.vectors + column] - top); }
  let counts = 4 * column + vec4u(0, 1, 2, 3) < vec4u(params.columns);
  for (var row = 0u; row < params.rows; row++) {
    let at = row * params.vectors + column;
    out[at] = select(vec4f(0), exp(x[at] - top) / total, counts);
  }
}
