// Several products C_p = op(A_p)·op(B_p) in one dispatch, for software adapters with subgroups
//
// Layouts, tiles and the order of every sum are those of matmul_subgroup.wgsl, which explains them; uniforms, grid and SERIES
// as in products_tiled.wgsl. What that file's STORE says is a uniform here, because lavapipe takes longer to compile a second kernel
// than to compile the branches of all. A product by itself may add a residual, d. `second` and what NORMED reads are not used: on
// software adapters a dispatch costs little. With GATED a workgroup makes its tile of the gate, and then that of up. With ROTATED the
// partner of a vec4 is another lane's, a quarter of `half` away, which is a power of two below LANES. So no barrier is needed, which
// would take seconds to compile on lavapipe.
enable subgroups;

// Lanes that share the loads of A: 8 if adapter.info.subgroupMinSize is at least 8, otherwise 4, the smallest that WebGPU allows.
override LANES: u32 = 4;
override SIZE: u32 = 8;
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
override SERIES: u32 = 0;
const GATED = 2u;
const GATE_GRADIENT = 3u;
const TILE_ROWS = 16u;

struct Params {
  rows: vec4u, columns: vec4u, inner: vec4u, strideA: vec4u, strideB: vec4u, strideC: vec4u, innerPerSplit: vec4u,
  firstA: vec4u, firstB: vec4u, firstTile: vec4u, tilesAcross: vec4u,
  half: vec4u,
  store: u32, summands: u32, hasResidual: u32, second: u32, length: u32, tableStride: u32, sinStart: u32,
  normWeight: u32, inverseStart: u32, epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c0: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> c1: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> c2: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> c3: array<vec4f>;
@group(0) @binding(7) var<storage, read> d: array<vec4f>;
@group(0) @binding(8) var<storage, read> e: array<vec4f>;

var<private> sums: array<vec4f, TILE_ROWS>;
// The part's uniforms; strides and starts in vec4s.
var<private> rows: u32;
var<private> columns: u32;
var<private> inner: u32;
var<private> strideA: u32;
var<private> strideB: u32;
var<private> firstA: u32;
var<private> firstB: u32;

// Four rows of op(B) from k, in this invocation's four columns. A row past the end is multiplied by zeros of A, so any row will do.
fn loadB(k: u32, column: u32) -> mat4x4f {
  if (TRANSPOSE_B != 0) {
    let n = 4 * column + vec4u(0, 1, 2, 3);
    let at = min(n, vec4u(columns - 1)) * strideB + k / 4;
    return transpose(mat4x4f(b[firstB + at.x], b[firstB + at.y], b[firstB + at.z], b[firstB + at.w]));
  }
  let at = min(k + vec4u(0, 1, 2, 3), vec4u(inner - 1)) * strideB + column;
  return mat4x4f(b[firstB + at.x], b[firstB + at.y], b[firstB + at.z], b[firstB + at.w]);
}

// This lane's share of op(A): one row, four k.
fn loadRow(k: u32, first: u32, lane: u32) -> vec4f {
  return a[firstA + min(first + lane, rows - 1) * strideA + k / 4];
}

// This lane's share of a transposed A: four rows, one k. Lanes 4 to 7 hold the next four rows.
fn loadColumn(k: u32, first: u32, lane: u32) -> vec4f {
  let at = k + lane % 4;
  let value = a[firstA + min(at, inner - 1) * strideA + min(first / 4 + lane / 4, strideA - 1)];
  return select(vec4f(0), value, at < inner);
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

fn value(row: u32, column: u32) -> vec4f {
  if (TRANSPOSE_B != 0) { return select(vec4f(0), sums[row], 4 * column + vec4u(0, 1, 2, 3) < vec4u(columns)); }
  return sums[row];
}

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) invocation: u32) {
  let firstPart = dot(vec3u(1), vec3u(team.xxx >= params.firstTile.yzw));
  let endPart = firstPart + select(1, params.summands, SERIES != 0 || params.store == GATED);
  for (var part = firstPart; part < endPart; part++) {
    if (SERIES != 0 || TRANSPOSE_B != 0) { for (var i = 0u; i < TILE_ROWS; i++) { sums[i] = vec4f(0); } }
    rows = params.rows[part];
    columns = params.columns[part];
    inner = params.inner[part];
    strideA = params.strideA[part] / 4;
    strideB = params.strideB[part] / 4;
    firstA = params.firstA[part];
    firstB = params.firstB[part];
    let strideC = params.strideC[part] / 4;
    let tile = team.x - params.firstTile[firstPart];
    let tilesAcross = max(params.tilesAcross[part], 1);
    let firstRow = tile / tilesAcross * TILE_ROWS;
    let ownColumn = tile % tilesAcross * SIZE + local;
    let columnVectors = (columns + 3) / 4;
    let column = min(ownColumn, columnVectors - 1); // lanes past the edge still load A for the others
    let lane = invocation % LANES;

    let start = team.z * params.innerPerSplit[part];
    let end = min(start + params.innerPerSplit[part], params.inner[part]); // no private variable: control flow must be uniform
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

    let half = params.half[part] / 4;
    if (TRANSPOSE_B != 0 && half != 0) {
      let inHalf = column & (half - 1);
      let isSecond = (column & half) != 0;
      var position = firstRow % max(params.length, 1);
      for (var i = 0u; i < min(TILE_ROWS, params.rows[part]); i++) {
        let entry = position * params.tableStride / 4 + inHalf;
        let c = d[entry];
        let s = d[params.sinStart / 4 + entry];
        let own = value(i, column) + vec4f(0);
        let partner = subgroupShuffleXor(own, half);
        sums[i] = select(own * c - partner * s, own * c + partner * s, isSecond);
        position = select(position + 1, 0, position + 1 == params.length);
      }
    }

    // A part may have fewer splits than another.
    let ownRows = select(0, min(TILE_ROWS, rows - min(firstRow, rows)), ownColumn < columnVectors && start < end);
    // Zero is added, as matmul_subgroup.wgsl does without a residual: it turns −0 into 0.
    // A loop per part: lavapipe would run all stores of a branch under the mask in every row.
    let at = team.z * rows * strideC + firstRow * strideC + column;
    if (SERIES != 0) {
      for (var i = 0u; i < select(ownRows, 0, params.store == GATE_GRADIENT); i++) {
        let to = at + i * strideC;
        var added = d[select(0, to, params.hasResidual != 0)];
        added = select(vec4f(0), added, params.hasResidual != 0);
        if (part > 0) { added = c0[to]; }
        c0[to] = value(i, column) + added;
      }
      for (var i = 0u; i < select(0, ownRows, params.store == GATE_GRADIENT); i++) {
        let to = at + i * strideC;
        let dy = value(i, column) + vec4f(0);
        let gate = d[to];
        let sigma = 1.0 / (1.0 + exp(-max(gate, vec4f(-80))));
        c0[to] = dy * e[to] * sigma * (1.0 + gate * (1.0 - sigma));
        c1[to] = dy * gate * sigma;
      }
      continue;
    }
    for (var i = 0u; i < select(0, ownRows, part == 0); i++) {
      let to = at + i * strideC;
      let added = d[select(0, to, params.hasResidual != 0)];
      c0[to] = value(i, column) + select(vec4f(0), added, params.hasResidual != 0);
    }
    for (var i = 0u; i < select(0, ownRows, part == 1); i++) { c1[at + i * strideC] = value(i, column) + vec4f(0); }
    let isUp = TRANSPOSE_B != 0 && params.store == GATED && part == 1;
    for (var i = 0u; i < select(0, ownRows, part == 2 || isUp); i++) {
      var result = value(i, column) + vec4f(0);
      if (TRANSPOSE_B != 0) {
        let gate = select(vec4f(0), c0[select(0, at + i * strideC, isUp)], isUp);
        result *= select(vec4f(1), gate / (1.0 + exp(-max(gate, vec4f(-80)))), isUp);
      }
      c2[at + i * strideC] = result;
    }
    for (var i = 0u; i < select(0, ownRows, part == 3); i++) { c3[at + i * strideC] = value(i, column) + vec4f(0); }
  }
}
