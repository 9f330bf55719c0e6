// dx[row, c] = p[row, c]·(dy[row, c] − Σ_r p[r, c]·dy[r, c]): backward of column_softmax.wgsl
//
// p, dy, dx [rows, 4·vectors]; the padding stays zero, because p is 0 there.
// Grid: one invocation per vec4 of columns, which loops over the rows twice.
struct Params { rows: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> p: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = (team.y * teams.x + team.x) * SIZE + lane;
  if (column >= params.vectors) { return; }
  var inner = vec4f(0);
  for (var row = 0u; row < params.rows; row++) { inner += p[row * params.vectors + column] * dy[row * params.vectors + column]; }
  for (var row = 0u; row < params.rows; row++) {
    let at = row * params.vectors + column;
    dx[at] = p[at] * (dy[at] - inner);
  }
}
