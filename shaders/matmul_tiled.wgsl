// C = op(A)·op(B) (+ R) through workgroup memory, for GPUs
//
// a [rows, inner], or [inner, rows] with TRANSPOSE_A; b [inner, columns], or [columns, inner] with TRANSPOSE_B (any
// combination); residual, c [rows, columns], with the same stride. Strides are in floats, multiples of 4. Padding columns are
// zeros, in c too. The residual is only read if hasResidual.
// With several splits, c is partials [splits, rows, strideC]: split s sums inner from s·innerPerSplit (a multiple of 16), and
// sum_partials.wgsl adds them. With one split, innerPerSplit ≥ inner.
//
//                    tileB [16 k][64 columns]
//                   ┌────────────────────────┐     16×16 invocations with 4×4 sums each, in registers: four adjacent
//    tileA          │                        │     rows, columns 16 apart. For every 16 k the workgroup copies 64×16
//    [16 k][64 rows]│        64×64 of C      │     of op(A) and 16×64 of op(B), one vec4 per invocation, transposing
//                   └────────────────────────┘     if necessary: both tiles have k as their first index.
//
// Global loads are vec4s. Workgroup memory is scalar, because published measurements found vec4s there 9–36 % slower.
// A line is 64 + PAD floats, so that transposed stores hit 32 different banks: k·66 + row, k in 0, 4, 8, 12, row in 0..7.
// Neighbouring invocations have neighbouring columns, so that reads of tileB and stores of C are contiguous.
// The second barrier of the loop is needed: without it a fast subgroup overwrites what a slow one still reads.
// Not yet timed on a real GPU. Source of the tiling: S. Boehm, "How to optimize a CUDA matmul kernel".
// Grid: x ⌈columns/64⌉, y ⌈rows/64⌉, z splits.
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
const TILE = 64u;
const TILE_INNER = 16u;
const PAD = 2u;
const LINE = TILE + PAD;

struct Params {
  rows: u32, columns: u32, inner: u32, strideA: u32, strideB: u32, strideC: u32, hasResidual: u32, innerPerSplit: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

var<workgroup> tileA: array<f32, TILE_INNER * LINE>;
var<workgroup> tileB: array<f32, TILE_INNER * LINE>;

// Place of vec4 number `lane` in a 64×16 tile. Across k: x is a row or column of the tile, with 4 k from y on; neighbouring
// lanes have the four vec4s of one row. Along k: 4 rows or columns from x on, at k = y; neighbours have the 16 vec4s of one k.
fn acrossInner(lane: u32) -> vec2u { return vec2u(lane / 4, lane % 4 * 4); }
fn alongInner(lane: u32) -> vec2u { return vec2u(lane % 16 * 4, lane / 16); }

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstRow = team.y * TILE;
  let firstColumn = team.x * TILE;
  if (firstRow >= params.rows || firstColumn >= params.columns) { return; } // true for the whole workgroup, so barriers below are safe

  let fromA = select(acrossInner(lane), alongInner(lane), TRANSPOSE_A != 0);
  let fromB = select(alongInner(lane), acrossInner(lane), TRANSPOSE_B != 0);
  let rowA = firstRow + fromA.x;
  let columnB = firstColumn + fromB.x;
  let start = team.z * params.innerPerSplit;
  let end = min(start + params.innerPerSplit, params.inner);

  var sums0 = vec4f(0); // of row 0 of this invocation's four, at columns x, x + 16, x + 32, x + 48
  var sums1 = vec4f(0);
  var sums2 = vec4f(0);
  var sums3 = vec4f(0);
  for (var k = start; k < end; k += TILE_INNER) {
    let kA = k + fromA.y;
    let kB = k + fromB.y;
    // Zeros past the edges: rows and columns there are not stored or are padding, and k there adds nothing.
    var partA = vec4f(0);
    var partB = vec4f(0);
    if (kA < end && rowA < params.rows) { partA = a[select(rowA * params.strideA + kA, kA * params.strideA + rowA, TRANSPOSE_A != 0) / 4]; }
    if (kB < end && columnB < params.columns) { partB = b[select(kB * params.strideB + columnB, columnB * params.strideB + kB, TRANSPOSE_B != 0) / 4]; }
    if (TRANSPOSE_A != 0) {
      let at = fromA.y * LINE + fromA.x;
      tileA[at] = partA.x; tileA[at + 1] = partA.y; tileA[at + 2] = partA.z; tileA[at + 3] = partA.w;
    } else {
      let at = fromA.y * LINE + fromA.x;
      tileA[at] = partA.x; tileA[at + LINE] = partA.y; tileA[at + 2 * LINE] = partA.z; tileA[at + 3 * LINE] = partA.w;
    }
    if (TRANSPOSE_B != 0) {
      let at = fromB.y * LINE + fromB.x;
      tileB[at] = partB.x; tileB[at + LINE] = partB.y; tileB[at + 2 * LINE] = partB.z; tileB[at + 3 * LINE] = partB.w;
    } else {
      let at = fromB.y * LINE + fromB.x;
      tileB[at] = partB.x; tileB[at + 1] = partB.y; tileB[at + 2] = partB.z; tileB[at + 3] = partB.w;
    }
    workgroupBarrier();
    for (var step = 0u; step < TILE_INNER; step++) {
      let atA = step * LINE + local.y * 4;
      let atB = step * LINE + local.x;
      let right = vec4f(tileB[atB], tileB[atB + 16], tileB[atB + 32], tileB[atB + 48]);
      sums0 = fma(vec4f(tileA[atA]), right, sums0);
      sums1 = fma(vec4f(tileA[atA + 1]), right, sums1);
      sums2 = fma(vec4f(tileA[atA + 2]), right, sums2);
      sums3 = fma(vec4f(tileA[atA + 3]), right, sums3);
    }
    workgroupBarrier();
  }

  let sums = array<vec4f, 4>(sums0, sums1, sums2, sums3);
  for (var i = 0u; i < 4; i++) {
    let row = firstRow + local.y * 4 + i;
    for (var j = 0u; j < 4; j++) {
      let column = firstColumn + local.x + 16 * j;
      if (row < params.rows && column < params.strideC) {
        let at = row * params.strideC + column;
        var value = select(0.0, sums[i][j], column < params.columns);
        if (params.hasResidual != 0) { value += residual[at]; }
        c[team.z * params.rows * params.strideC + at] = value;
      }
    }
  }
}
