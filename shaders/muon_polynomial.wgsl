// gram ← aI + b·gram + c·gramSquared: the factor that takes an iterate of Muon to the next, in place
//
// gram = XXᵀ and gramSquared = (XXᵀ)² [side, side] in rows of rowVectors vec4s. Padding columns stay zero.
// Source: KellerJordan/Muon.
// Grid: one invocation per vec4.
struct Params { vectors: u32, rowVectors: u32, a: f32, b: f32, c: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gramSquared: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gram: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let row = i / params.rowVectors;
  let columns = i % params.rowVectors * 4 + vec4u(0, 1, 2, 3);
  let diagonal = select(vec4f(0), vec4f(params.a), columns == vec4u(row));
  gram[i] = diagonal + params.b * gram[i] + params.c * gramSquared[i];
}
