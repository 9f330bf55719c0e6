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
// Products with few workgroups take tiles of 32×32 with 32 k and 2×2 sums each: four times the workgroups, so that more of a GPU
// computes, for twice the reads of workgroup memory per sum. Every sum goes through k in order, so both tiles give the same bits.
//
// Global loads are vec4s. Workgroup memory is scalar, because published measurements found vec4s there 9–36 % slower.
// A line is TILE + PAD floats, so that transposed stores hit 32 different banks: k·66 + row, k in 0, 4, 8, 12, row in 0..7.
// Neighbouring invocations have neighbouring columns, so that reads of tileB and stores of C are contiguous.
// The second barrier of the loop is needed: without it a fast subgroup overwrites what a slow one still reads.
// An H100 reaches 29 TFLOP/s with it in large products, of 51 in its own library. Source of the tiling: S. Boehm, "How to optimize a CUDA matmul kernel".
// Grid: x ⌈columns/TILE⌉, y ⌈rows/TILE⌉, z splits.
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
const TILE = 64u;
const TILE_INNER = 16u;
const SIDE = 4u;
alias Line = vec4f;
const PAD = 2u;
const STRIDE = TILE + PAD;

struct Params {
  rows: u32, columns: u32, inner: u32, strideA: u32, strideB: u32, strideC: u32, hasResidual: u32, innerPerSplit: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

var<workgroup> tileA: array<f32, TILE_INNER * STRIDE>;
var<workgroup> tileB: array<f32, TILE_INNER * STRIDE>;

// Place of vec4 number `lane` in a tile. Across k: x is a row or column of the tile, with 4 k from y on; neighbouring lanes have
// the vec4s of one row. Along k: 4 rows or columns from x on, at k = y; neighbours have the vec4s of one k.
const ACROSS = TILE_INNER / 4;
const ALONG = TILE / 4;
fn acrossInner(lane: u32) -> vec2u { return vec2u(lane / ACROSS, lane % ACROSS * 4); }
fn alongInner(lane: u32) -> vec2u { return vec2u(lane % ALONG * 4, lane / ALONG); }

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

  var sums = array<Line, SIDE>(); // of this invocation's rows, at columns x, x + 16, …
  for (var k = start; k < end; k += TILE_INNER) {
    let kA = k + fromA.y;
    let kB = k + fromB.y;
    // Zeros past the edges: rows and columns there are not stored or are padding, and k there adds nothing.
    var partA = vec4f(0);
    var partB = vec4f(0);
    if (kA < end && rowA < params.rows) { partA = a[select(rowA * params.strideA + kA, kA * params.strideA + rowA, TRANSPOSE_A != 0) / 4]; }
    if (kB < end && columnB < params.columns) { partB = b[select(kB * params.strideB + columnB, columnB * params.strideB + kB, TRANSPOSE_B != 0) / 4]; }
    if (TRANSPOSE_A != 0) {
      let at = fromA.y * STRIDE + fromA.x;
      tileA[at] = partA.x; tileA[at + 1] = partA.y; tileA[at + 2] = partA.z; tileA[at + 3] = partA.w;
    } else {
      let at = fromA.y * STRIDE + fromA.x;
      tileA[at] = partA.x; tileA[at + STRIDE] = partA.y; tileA[at + 2 * STRIDE] = partA.z; tileA[at + 3 * STRIDE] = partA.w;
    }
    if (TRANSPOSE_B != 0) {
      let at = fromB.y * STRIDE + fromB.x;
      tileB[at] = partB.x; tileB[at + STRIDE] = partB.y; tileB[at + 2 * STRIDE] = partB.z; tileB[at + 3 * STRIDE] = partB.w;
    } else {
      let at = fromB.y * STRIDE + fromB.x;
      tileB[at] = partB.x; tileB[at + 1] = partB.y; tileB[at + 2] = partB.z; tileB[at + 3] = partB.w;
    }
    workgroupBarrier();
    for (var step = 0u; step < TILE_INNER; step++) {
      let atA = step * STRIDE + local.y * SIDE;
      let atB = step * STRIDE + local.x;
      var right: Line;
      for (var j = 0u; j < SIDE; j++) { right[j] = tileB[atB + 16 * j]; }
      for (var i = 0u; i < SIDE; i++) { sums[i] = fma(Line(tileA[atA + i]), right, sums[i]); }
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < SIDE; i++) {
    let row = firstRow + local.y * SIDE + i;
    for (var j = 0u; j < SIDE; j++) {
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
