// g ← factor·g, or 0 if the factor is 0
//
// gradients: `vectors` vec4s, in place; factor [1].
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> factor: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  // Gradients of a step that does not count may be infinite or NaN, which no factor makes 0.
  gradients[i] = select(vec4f(0), factor[0] * gradients[i], factor[0] > 0);
}
