// out[v] = Σ over positions n with tokens[n] = v of dy[n], in the order of n
//
// tokens [positions] i32, in whole vec4s; dy [positions, 4·vectors]; out [vocabulary, 4·vectors].
// Grid: x over the vec4s of a row, y over vocabulary rows. Without atomics, so that the result is always the same to the last bit.
//
//   for each CHUNK of positions:   each invocation searches its share of them for v
//                                  a list of the places found, in order, in workgroup memory
//                                  dy of BATCH places loaded at once, and added one by one
//
// A GPU waits longer for a number than it takes to add it: one load after the other would take 140 µs for a batch of 1,024 letters
// on an H100, because a sixth of them are spaces. Software adapters use embedding_gradient_subgroup.wgsl.
struct Params { positions: u32, vocabulary: u32, vectors: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<vec4i>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

override SIZE: u32 = 32;
const CHUNK = 1024u;
const BATCH = 8u;
var<workgroup> places: array<u32, CHUNK>;
var<workgroup> found: array<u32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = team.y;
  let column = team.x * SIZE + lane;
  if (row >= params.vocabulary) { return; } // true for the whole workgroup, so barriers below are safe
  let share = CHUNK / SIZE;
  var sum = vec4f(0);
  for (var first = 0u; first < params.positions; first += CHUNK) {
    let start = first + lane * share;
    var count = 0u;
    for (var n = start; n < start + share; n += 4) {
      let four = tokens[n / 4] == vec4i(i32(row));
      for (var j = 0u; j < 4; j++) { count += select(0u, 1u, four[j] && n + j < params.positions); }
    }
    found[lane] = count;
    workgroupBarrier();
    var at = 0u;
    var total = 0u;
    for (var other = 0u; other < SIZE; other++) {
      at += select(0u, found[other], other < lane);
      total += found[other];
    }
    if (count > 0) {
      for (var n = start; n < start + share; n += 4) {
        let four = tokens[n / 4] == vec4i(i32(row));
        for (var j = 0u; j < 4; j++) {
          if (four[j] && n + j < params.positions) {
            places[at] = n + j;
            at++;
          }
        }
      }
    }
    workgroupBarrier();
    if (column < params.vectors) {
      var s = 0u;
      for (; s + BATCH <= total; s += BATCH) {
        var loaded = array<vec4f, BATCH>();
        for (var j = 0u; j < BATCH; j++) { loaded[j] = dy[places[s + j] * params.vectors + column]; }
        for (var j = 0u; j < BATCH; j++) { sum += loaded[j]; }
      }
      for (; s < total; s++) { sum += dy[places[s] * params.vectors + column]; }
    }
    workgroupBarrier(); // the next chunk overwrites places
  }
  if (column < params.vectors) { out[row * params.vectors + column] = sum; }
}
