// out = Σ_s partials[s] (+ R): the second pass of a product whose inner extent was split, in a fixed order
//
// partials [splits, 4·vectors], as matmul_*.wgsl write them; residual, out [4·vectors], with 4·vectors = rows·strideC.
// Neighbouring invocations read neighbouring vec4s of one partial at a time. The residual is only read if hasResidual.
// Grid: one invocation per vec4.
struct Params { vectors: u32, splits: u32, hasResidual: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  var sum = vec4f(0);
  for (var s = 0u; s < params.splits; s++) { sum += partials[s * params.vectors + i]; }
  if (params.hasResidual != 0) { sum += residual[i]; }
  out[i] = sum;
}
