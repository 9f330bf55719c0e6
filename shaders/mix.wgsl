// out = (accumulate ? out : 0) + a·x + b·y,   a = weights[indexX], b = weights[indexY]
//
// The value-residual mix V′ = λ₁V₁ + λ₂V, with λ in memory so that it can be learned, or changed by the user during
// training. An index of 0xffffffff selects scaleX or scaleY instead. Longer sums take several calls.
// x, y, out: any shape, `vectors` vec4s, padding included; weights: any floats.
// Grid: one invocation per vec4.
struct Params { vectors: u32, indexX: u32, indexY: u32, scaleX: f32, scaleY: f32, hasY: u32, accumulate: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 64;
const NO_WEIGHT = 0xffffffffu;

fn weight(index: u32, scale: f32) -> f32 {
  if (index == NO_WEIGHT) { return scale; }
  return weights[index];
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.vectors) { return; }
  var sum = weight(params.indexX, params.scaleX) * x[i];
  if (params.hasY != 0) { sum += weight(params.indexY, params.scaleY) * y[i]; }
  if (params.accumulate != 0) { sum += out[i]; }
  out[i] = sum;
}
