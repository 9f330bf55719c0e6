// out = silu(gate) ⊙ up,   silu(x) = x / (1 + e^(−x))
//
// gate, up, out: `vectors` vec4s, padding included (silu(0)·0 = 0 keeps it zero).
// Grid: one invocation per vec4.
struct Params { vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gate: array<vec4f>;
@group(0) @binding(2) var<storage, read> up: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  // Below −80 silu is negligible, and e^(−x) could overflow to an infinity, which WGSL leaves undefined.
  let g = gate[i];
  out[i] = g / (1.0 + exp(-max(g, vec4f(-80)))) * up[i];
}
