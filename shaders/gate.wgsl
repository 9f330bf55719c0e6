// out = u ⊙ σ(logits),   σ(x) = 1 / (1 + e^(−x))
//
// u, logits, out: `vectors` vec4s, padding included (0·σ keeps it zero).
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<vec4f>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  // Below −80 σ is 0 next to any other summand, and e^(−x) must not overflow.
  out[i] = u[i] / (1.0 + exp(-max(logits[i], vec4f(-80))));
}
