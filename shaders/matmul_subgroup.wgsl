// C = op(A)·op(B) (+ R) for software adapters with subgroups (lavapipe, SwiftShader)
//
// a [rows, inner], or [inner, rows] with TRANSPOSE_A; b [inner, columns], or [columns, inner] with TRANSPOSE_B (at most one
// of the two); residual, c [rows, columns], with the same stride. Strides are in floats, multiples of 4. Padding columns are
// zeros, in c too. Without hasResidual only residual[0] is read, and ignored.
// With several splits, c is partials [splits, rows, strideC]: split s sums inner from s·innerPerSplit (a multiple of 4), and
// sum_partials.wgsl adds them. With one split, innerPerSplit ≥ inner.
//
//                         lane 0   lane 1  …          an invocation owns a vec4 of columns in all 16 rows;
//          b  k..k+3     [ vec4 ] [ vec4 ] …          b is read once, by the lane that needs it;
//                        ┌───────────────────
//   lane 0 reads a ───►  │ row 0     sums             a is read once, by one lane per row, and broadcast:
//   lane 1 reads a ───►  │ row 1                      subgroupBroadcast
//
// lavapipe loads lane by lane, with some 50 instructions per vec4 even if the address is uniform, and a broadcast takes 1–3
// instructions. So no two lanes load the same number. A sum is updated once for four k, because a store under the execution
// mask costs three more instructions. Three more things matter there:
// - The sums are in an array that the last loop indexes at run time, so that LLVM can't move their updates past the next loads.
// - There is no `return` and no `if` around loads, which would cost a factor of two.
// - The counts of loops are run-time values, which compile in a fraction of the time.
// Grid: x ⌈columns/(4·SIZE)⌉, y ⌈rows/16⌉, z splits.
enable subgroups;

// Lanes that share the loads of A: 8 if adapter.info.subgroupMinSize is at least 8, otherwise 4, the smallest that WebGPU allows.
override LANES: u32 = 4;
override SIZE: u32 = 8;
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
const TILE_ROWS = 16u;

struct Params {
  rows: u32, columns: u32, inner: u32, strideA: u32, strideB: u32, strideC: u32, hasResidual: u32, innerPerSplit: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

var<private> sums: array<vec4f, TILE_ROWS>;

// Four rows of op(B) from k, in this invocation's four columns. A row past the end is multiplied by zeros of A, so any row will do.
fn loadB(k: u32, column: u32) -> mat4x4f {
  if (TRANSPOSE_B != 0) {
    let n = 4 * column + vec4u(0, 1, 2, 3);
    let at = min(n, vec4u(params.columns - 1)) * (params.strideB / 4) + k / 4;
    return transpose(mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]));
  }
  let at = min(k + vec4u(0, 1, 2, 3), vec4u(params.inner - 1)) * (params.strideB / 4) + column;
  return mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

// This lane's share of op(A): one row, four k.
fn loadRow(k: u32, first: u32, lane: u32) -> vec4f {
  return a[min(first + lane, params.rows - 1) * (params.strideA / 4) + k / 4];
}

// This lane's share of a transposed A: four rows, one k. Lanes 4 to 7 hold the next four rows.
fn loadColumn(k: u32, first: u32, lane: u32) -> vec4f {
  let at = k + lane % 4;
  let value = a[min(at, params.inner - 1) * (params.strideA / 4) + min(first / 4 + lane / 4, params.strideA / 4 - 1)];
  return select(vec4f(0), value, at < params.inner);
}

fn add4Rows(row: u32, a0: vec4f, a1: vec4f, a2: vec4f, a3: vec4f, bRows: mat4x4f) {
  sums[row] += bRows * a0;
  sums[row + 1] += bRows * a1;
  sums[row + 2] += bRows * a2;
  sums[row + 3] += bRows * a3;
}

// Lanes 0 to 3, or 4 to 7, broadcast their rows.
fn addLow(row: u32, value: vec4f, bRows: mat4x4f) {
  add4Rows(row, subgroupBroadcast(value, 0u), subgroupBroadcast(value, 1u), subgroupBroadcast(value, 2u), subgroupBroadcast(value, 3u), bRows);
}
fn addHigh(row: u32, value: vec4f, bRows: mat4x4f) {
  add4Rows(row, subgroupBroadcast(value, 4u), subgroupBroadcast(value, 5u), subgroupBroadcast(value, 6u), subgroupBroadcast(value, 7u), bRows);
}

// Lanes 0 to 3, or 4 to 7, broadcast their columns: each lane is one k, and each component one row.
fn addColumnsLow(row: u32, value: vec4f, bRows: mat4x4f) {
  let t = transpose(mat4x4f(subgroupBroadcast(value, 0u), subgroupBroadcast(value, 1u), subgroupBroadcast(value, 2u), subgroupBroadcast(value, 3u)));
  add4Rows(row, t[0], t[1], t[2], t[3], bRows);
}
fn addColumnsHigh(row: u32, value: vec4f, bRows: mat4x4f) {
  let t = transpose(mat4x4f(subgroupBroadcast(value, 4u), subgroupBroadcast(value, 5u), subgroupBroadcast(value, 6u), subgroupBroadcast(value, 7u)));
  add4Rows(row, t[0], t[1], t[2], t[3], bRows);
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let firstRow = team.y * TILE_ROWS;
  let ownColumn = team.x * SIZE + local;
  let columns = (params.columns + 3) / 4;
  let column = min(ownColumn, columns - 1); // lanes past the edge still load A for the others
  let lane = invocation % LANES;

  let start = team.z * params.innerPerSplit;
  let end = min(start + params.innerPerSplit, params.inner);
  for (var k = start; k < end; k += 4) {
    let bRows = loadB(k, column);
    if (LANES == 8) {
      if (TRANSPOSE_A != 0) {
        let low = loadColumn(k, firstRow, lane);
        addColumnsLow(0, low, bRows);
        addColumnsHigh(4, low, bRows);
        let high = loadColumn(k, firstRow + 8, lane);
        addColumnsLow(8, high, bRows);
        addColumnsHigh(12, high, bRows);
      } else {
        let low = loadRow(k, firstRow, lane);
        addLow(0, low, bRows);
        addHigh(4, low, bRows);
        let high = loadRow(k, firstRow + 8, lane);
        addLow(8, high, bRows);
        addHigh(12, high, bRows);
      }
    } else {
      if (TRANSPOSE_A != 0) {
        addColumnsLow(0, loadColumn(k, firstRow, lane), bRows);
        addColumnsLow(4, loadColumn(k, firstRow + 4, lane), bRows);
        addColumnsLow(8, loadColumn(k, firstRow + 8, lane), bRows);
        addColumnsLow(12, loadColumn(k, firstRow + 12, lane), bRows);
      } else {
        addLow(0, loadRow(k, firstRow, lane), bRows);
        addLow(4, loadRow(k, firstRow + 4, lane), bRows);
        addLow(8, loadRow(k, firstRow + 8, lane), bRows);
        addLow(12, loadRow(k, firstRow + 12, lane), bRows);
      }
    }
  }

  let ownRows = select(0, min(TILE_ROWS, params.rows - min(firstRow, params.rows)), ownColumn < columns);
  for (var i = 0u; i < ownRows; i++) {
    let at = (firstRow + i) * (params.strideC / 4) + column;
    var value = sums[i];
    if (TRANSPOSE_B != 0) { value = select(vec4f(0), value, 4 * column + vec4u(0, 1, 2, 3) < vec4u(params.columns)); }
    let added = residual[select(0, at, params.hasResidual != 0)];
    c[team.z * params.rows * (params.strideC / 4) + at] = value + select(vec4f(0), added, params.hasResidual != 0);
  }
}
