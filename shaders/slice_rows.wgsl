// out = x[start..start+vectors] (+ R): whole rows of a matrix, for the gradient of concat_rows.wgsl
//
// x: at least start + vectors vec4s, padding included; residual, out: `vectors` vec4s. The residual is only read if
// hasResidual.
// Grid: one invocation per vec4.
struct Params { vectors: u32, start: u32, hasResidual: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  var sum = x[params.start + i];
  if (params.hasResidual != 0) { sum += residual[i]; }
  out[i] = sum;
}
