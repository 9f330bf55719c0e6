// y = x·r ⊙ weight,   r = 1/√(mean(x²) + ε), over each head of each row
//
// x, y [rows, stride]: `heads` heads of headElements Elements side by side, zeros in the padding; weight [headElements];
// inverseRms [rows, inverseStride] keeps r for the backward pass. `columns` floats a head. `stride` counts Elements: vec4f,
// or vec2f if vec4s don't divide a head; inverseStride floats.
// Grid: one invocation per (row, column of inverseRms with its padding). The row's last head zeroes the padding of y.
alias Element = vec4f;

struct Params { rows: u32, heads: u32, columns: u32, headElements: u32, stride: u32, inverseStride: u32, epsilon: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read_write> y: array<Element>;
@group(0) @binding(4) var<storage, read_write> inverseRms: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.rows * params.inverseStride) { return; }
  let row = i / params.inverseStride;
  let head = i % params.inverseStride;
  if (head >= params.heads) {
    inverseRms[i] = 0;
    return;
  }
  let start = row * params.stride + head * params.headElements;
  var squares = 0.0;
  for (var c = 0u; c < params.headElements; c++) { squares += dot(x[start + c], x[start + c]); }
  let r = inverseSqrt(squares / f32(params.columns) + params.epsilon);
  for (var c = 0u; c < params.headElements; c++) { y[start + c] = x[start + c] * r * weight[c]; }
  inverseRms[i] = r;
  if (head + 1 == params.heads) {
    for (var pad = params.heads * params.headElements; pad < params.stride; pad++) { y[row * params.stride + pad] = Element(); }
  }
}
