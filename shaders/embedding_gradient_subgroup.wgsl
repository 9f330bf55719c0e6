// out[v] = Σ over positions n with tokens[n] = v of dy[n], in the order of n
//
// tokens [positions] i32; dy [positions, 4·vectors]; out [vocabulary, 4·vectors].
// Grid: x over the vec4s of a row, y over vocabulary rows. Every invocation reads all tokens and adds the matching rows,
// without atomics, so that the result is always the same to the last bit. The tokens of a batch stay in cache, and all
// invocations of a workgroup take the same branch. For software adapters; GPUs use embedding_gradient.wgsl.
struct Params { positions: u32, vocabulary: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 8;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = team.y;
  let column = team.x * SIZE + lane;
  if (row >= params.vocabulary || column >= params.vectors) { return; }
  var sum = vec4f(0);
  for (var n = 0u; n < params.positions; n++) {
    if (u32(tokens[n]) == row) { sum += dy[n * params.vectors + column]; }
  }
  out[row * params.vectors + column] = sum;
}
