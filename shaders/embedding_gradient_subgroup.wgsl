// out[v] = Σ over positions n with tokens[n] = v of dy[n], in the order of n
//
// tokens [positions] i32, in whole vec4s; dy [positions, 4·vectors]; out [vocabulary, 4·vectors].
// Grid: x over the vec4s of a row, y over vocabulary rows. Every invocation reads all tokens, 16 at once, and adds the matching
// rows. For software adapters; GPUs use embedding_gradient.wgsl.
struct Params { positions: u32, vocabulary: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<vec4i>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 8;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = team.y;
  let column = team.x * SIZE + lane;
  if (row >= params.vocabulary || column >= params.vectors) { return; }
  var sum = vec4f(0);
  let wanted = vec4i(i32(row));
  for (var n = 0u; n < params.positions; n += 16) {
    let found = array<vec4<bool>, 4>(
      tokens[n / 4] == wanted, tokens[n / 4 + 1] == wanted, tokens[n / 4 + 2] == wanted, tokens[n / 4 + 3] == wanted);
    if (any(found[0] | found[1] | found[2] | found[3])) {
      for (var j = 0u; j < min(16, params.positions - n); j++) {
        if (found[j / 4][j % 4]) { sum += dy[(n + j) * params.vectors + column]; }
      }
    }
  }
  out[row * params.vectors + column] = sum;
}
