// du = dy ⊙ σ,   dlogits = dy ⊙ u ⊙ σ(1 − σ),   σ = 1 / (1 + e^(−logits))
//
// All buffers: `vectors` vec4s, padding included. Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<vec4f>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> du: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dLogits: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let d = dy[i];
  let sigma = 1.0 / (1.0 + exp(-max(logits[i], vec4f(-80))));
  du[i] = d * sigma;
  dLogits[i] = d * u[i] * sigma * (1.0 - sigma);
}
