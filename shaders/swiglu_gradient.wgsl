// σ = 1 / (1 + e^(−gate));   dGate = dy ⊙ up ⊙ σ(1 + gate(1 − σ)),   dUp = dy ⊙ gate ⊙ σ
//
// All buffers: `vectors` vec4s, padding included. Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gate: array<vec4f>;
@group(0) @binding(2) var<storage, read> up: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dGate: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dUp: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  let g = gate[i];
  let d = dy[i];
  let sigma = 1.0 / (1.0 + exp(-max(g, vec4f(-80))));
  dGate[i] = d * up[i] * sigma * (1.0 + g * (1.0 - sigma));
  dUp[i] = d * g * sigma;
}
