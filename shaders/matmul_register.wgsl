// C = op(A)·op(B) (+ R) for software adapters without subgroups; matmul_subgroup.wgsl is 2–3 times as fast on lavapipe
//
// a [rows, inner], or [inner, rows] with TRANSPOSE_A; b [inner, columns], or [columns, inner] with TRANSPOSE_B (one of
// them at most); residual, c [rows, columns], one stride. Strides in floats, multiples of 4; padding columns are zeros,
// and c gets zeros there. Without hasResidual only residual[0] is read, and dropped.
// Several splits: c is partials [splits, rows, strideC], split s sums inner from s·innerPerSplit (a multiple of 4), and
// sum_partials.wgsl adds them. One split: innerPerSplit ≥ inner.
//
//                  lane 0  lane 1 …   lane 0  lane 1 …     an invocation owns 8 rows of two vec4s of columns;
//      b  k..k+3  [ vec4 ][ vec4 ] … [ vec4 ][ vec4 ] …    neighbouring lanes own neighbouring columns and share
//                ┌──────────────────────────────────────    all rows, which come from the workgroup's number:
//      a  [vec4] │ 8 rows       left            right       a uniform address, for drivers that use it
//
// No workgroup memory, no barriers: with them (matmul_tiled.wgsl) lavapipe does less than half. No `return`, no `if`
// around loads, run-time loop counts, sums in arrays: reasons in matmul_subgroup.wgsl.
// Grid: x ⌈columns/(8·SIZE)⌉, y ⌈rows/8⌉, z splits.
override SIZE: u32 = 8;
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
const TILE_ROWS = 8u;

struct Params {
  rows: u32, columns: u32, inner: u32, strideA: u32, strideB: u32, strideC: u32, hasResidual: u32, innerPerSplit: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c: array<vec4f>;

var<private> left: array<vec4f, TILE_ROWS>;
var<private> right: array<vec4f, TILE_ROWS>;

// Four rows of op(B) from k, four columns. A row past the end meets a zero of A: any row will do.
fn loadB(k: u32, column: u32) -> mat4x4f {
  if (TRANSPOSE_B != 0) {
    let n = 4 * column + vec4u(0, 1, 2, 3);
    let at = min(n, vec4u(params.columns - 1)) * (params.strideB / 4) + k / 4;
    return transpose(mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]));
  }
  let at = min(k + vec4u(0, 1, 2, 3), vec4u(params.inner - 1)) * (params.strideB / 4) + column;
  return mat4x4f(b[at.x], b[at.y], b[at.z], b[at.w]);
}

// Four rows of op(A), four k each; a k past the end gives a zero.
fn loadA(k: u32, row: u32) -> mat4x4f {
  if (TRANSPOSE_A != 0) {
    let n = k + vec4u(0, 1, 2, 3);
    let at = min(n, vec4u(params.inner - 1)) * (params.strideA / 4) + min(row, params.strideA - 4) / 4;
    let past = n >= vec4u(params.inner);
    return transpose(mat4x4f(
      a[at.x], select(a[at.y], vec4f(0), past.y), select(a[at.z], vec4f(0), past.z), select(a[at.w], vec4f(0), past.w)));
  }
  let at = min(row + vec4u(0, 1, 2, 3), vec4u(params.rows - 1)) * (params.strideA / 4) + k / 4;
  return mat4x4f(a[at.x], a[at.y], a[at.z], a[at.w]);
}

fn add4Rows(row: u32, aRows: mat4x4f, bLeft: mat4x4f, bRight: mat4x4f) {
  left[row] += bLeft * aRows[0];
  right[row] += bRight * aRows[0];
  left[row + 1] += bLeft * aRows[1];
  right[row + 1] += bRight * aRows[1];
  left[row + 2] += bLeft * aRows[2];
  right[row + 2] += bRight * aRows[2];
  left[row + 3] += bLeft * aRows[3];
  right[row + 3] += bRight * aRows[3];
}

// A transposed B has no zeros of its own to leave in the padding columns.
fn withoutPadding(value: vec4f, column: u32) -> vec4f {
  if (TRANSPOSE_B != 0) { return select(vec4f(0), value, 4 * column + vec4u(0, 1, 2, 3) < vec4u(params.columns)); }
  return value;
}

fn store(value: vec4f, row: u32, column: u32, split: u32) {
  let at = row * (params.strideC / 4) + column;
  let added = residual[select(0, at, params.hasResidual != 0)];
  c[split * params.rows * (params.strideC / 4) + at] = withoutPadding(value, column) + select(vec4f(0), added, params.hasResidual != 0);
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstRow = team.y * TILE_ROWS;
  let columns = (params.columns + 3) / 4;
  let ownLeft = team.x * 2 * SIZE + lane;
  let ownRight = ownLeft + SIZE;
  let columnLeft = min(ownLeft, columns - 1);
  let columnRight = min(ownRight, columns - 1);

  let start = team.z * params.innerPerSplit;
  let end = min(start + params.innerPerSplit, params.inner);
  for (var k = start; k < end; k += 4) {
    let bLeft = loadB(k, columnLeft);
    let bRight = loadB(k, columnRight);
    add4Rows(0, loadA(k, firstRow), bLeft, bRight);
    add4Rows(4, loadA(k, firstRow + 4), bLeft, bRight);
  }

  let realRows = min(TILE_ROWS, params.rows - min(firstRow, params.rows));
  for (var i = 0u; i < select(0, realRows, ownLeft < columns); i++) { store(left[i], firstRow + i, columnLeft, team.z); }
  for (var i = 0u; i < select(0, realRows, ownRight < columns); i++) { store(right[i], firstRow + i, columnRight, team.z); }
}
