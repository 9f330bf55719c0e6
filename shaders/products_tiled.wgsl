// Several products C_p = op(A_p)·op(B_p) in one dispatch, through workgroup memory, for GPUs
//
// Layouts, tiles and the order of every sum are those of matmul_tiled.wgsl, which explains them. Each uniform has a component per
// part. a and b hold the matrices of all parts, which start at the vec4s firstA and firstB; c0 to c3 are one part's each. The
// tiles of part p are the teams x from firstTile[p] on; the first tile of a part that is missing is past the grid.
// With TRANSPOSE_A the parts from `second` on have their matrices in d and e instead.
// With SERIES the parts are the summands of one product, C = A_0·B_0 (+ R) + A_1·B_1 + …, each added when it is complete, as
// products that follow one another would add them. c0 is C; the residual R, d, is only read if hasResidual.
// With NORMED, A is x of rms_norm.wgsl: each workgroup finds 1/√(…) of its rows, in the order of that kernel, and multiplies while it
// loads. normWeight is the weight's first vec4 in b. The first tile of each row keeps y in c3, and 1/√(…) from inverseStart on.
// STORE says what else is done to a tile before its workgroup is done with it, so that it takes no dispatch of its own:
// - ROTATED: parts whose `half` isn't 0 are rotated as rope.wgsl would, by d: cos [length, tableStride], from sinStart on sin. A tile
//   has whole heads. The partner of a number is another invocation's, so that numbers are stored before they are rotated.
// - GATED: parts 0 and 1 are gate and up of swiglu.wgsl, which c2 takes. A tile has half of its columns from each.
// - GATE_GRADIENT: the product is dy of swiglu_gradient.wgsl, d and e are gate and up, c0 dGate, c1 dUp.
// params.store is for products_subgroup.wgsl, which shares the uniforms.
// Grid: x the tiles of all parts, of the first part alone with SERIES or GATED, row by row; z the most splits that a part has.
override TRANSPOSE_A: u32 = 0;
override TRANSPOSE_B: u32 = 0;
override SERIES: u32 = 0;
override NORMED: u32 = 0;
override STORE: u32 = 0;
const ROTATED = 1u;
const GATED = 2u;
const GATE_GRADIENT = 3u;
const TILE = 64u;
const TILE_INNER = 16u;
const SIDE = 4u;
alias Line = vec4f;
const PAD = 2u;
const STRIDE = TILE + PAD;

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
@group(0) @binding(3) var<storage, read_write> c0: array<f32>;
@group(0) @binding(4) var<storage, read_write> c1: array<f32>;
@group(0) @binding(5) var<storage, read_write> c2: array<f32>;
@group(0) @binding(6) var<storage, read_write> c3: array<f32>;
@group(0) @binding(7) var<storage, read> d: array<vec4f>;
@group(0) @binding(8) var<storage, read> e: array<vec4f>;

var<workgroup> tileA: array<f32, TILE_INNER * STRIDE>;
var<workgroup> tileB: array<f32, TILE_INNER * STRIDE>;
const LANES = 32u;
var<workgroup> squares: array<f32, NORMED * TILE * LANES + 1>;

// Place of vec4 number `lane` in a tile. Across k: x is a row or column of the tile, with 4 k from y on; neighbouring lanes have
// the vec4s of one row. Along k: 4 rows or columns from x on, at k = y; neighbours have the vec4s of one k.
const ACROSS = TILE_INNER / 4;
const ALONG = TILE / 4;
fn acrossInner(lane: u32) -> vec2u { return vec2u(lane / ACROSS, lane % ACROSS * 4); }
fn alongInner(lane: u32) -> vec2u { return vec2u(lane % ALONG * 4, lane / ALONG); }

// ⟨x, x⟩ of each row of the tile to squares[row·LANES]: LANES lanes sum every LANES-th vec4, then a tree adds the lanes.
fn sumSquares(firstRow: u32, lane: u32) {
  let vectors = params.strideA[0] / 4;
  for (var i = lane; i < TILE * LANES; i += 256) {
    let start = min(firstRow + i / LANES, params.rows[0] - 1) * vectors;
    var sum = 0.0;
    for (var c = i % LANES; c < vectors; c += LANES) {
      let value = a[start + c];
      sum += dot(value, value);
    }
    squares[i] = sum;
  }
  workgroupBarrier();
  for (var step = LANES / 2; step > 0; step /= 2) {
    for (var i = lane; i < TILE * step; i += 256) {
      let at = i / step * LANES + i % step;
      squares[at] += squares[at + step];
    }
    workgroupBarrier();
  }
}

fn numberOfD(i: u32) -> f32 { return d[i / 4][i % 4]; }
fn numberOfE(i: u32) -> f32 { return e[i / 4][i % 4]; }

fn stored(part: u32, at: u32) -> f32 {
  switch (part) {
    case 0u: { return c0[at]; }
    case 1u: { return c1[at]; }
    case 2u: { return c2[at]; }
    default: { return c3[at]; }
  }
}

fn store(part: u32, at: u32, value: f32) {
  switch (part) {
    case 0u: { c0[at] = value; }
    case 1u: { c1[at] = value; }
    case 2u: { c2[at] = value; }
    default: { c3[at] = value; }
  }
}

// Pairs of a tile, half a tile's columns in each row: neighbouring lanes have neighbouring columns of half a head.
fn rotate(part: u32, firstRow: u32, firstColumn: u32, lane: u32) {
  let half = params.half[part];
  if (half == 0) { return; }
  for (var i = lane; i < TILE * TILE / 2; i += 256) {
    let row = firstRow + i / (TILE / 2);
    let pair = i % (TILE / 2);
    let column = firstColumn + pair / half * 2 * half + pair % half;
    if (row < params.rows[part] && column + half < params.columns[part]) {
      let at = row * params.strideC[part] + column;
      let entry = row % params.length * params.tableStride + pair % half;
      let c = numberOfD(entry);
      let s = numberOfD(params.sinStart + entry);
      let first = stored(part, at);
      let second = stored(part, at + half);
      store(part, at, first * c - second * s);
      store(part, at + half, second * c + first * s);
    }
  }
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstPart = dot(vec3u(1), vec3u(team.xxx >= params.firstTile.yzw));
  let endPart = firstPart + select(1, params.summands, SERIES != 0);
  for (var part = firstPart; part < endPart; part++) {
    let rows = params.rows[part];
    let columns = params.columns[part];
    let strideA = params.strideA[part];
    let strideB = params.strideB[part];
    let strideC = params.strideC[part];
    let tilesAcross = max(params.tilesAcross[part], 1);
    let firstRow = (team.x - params.firstTile[firstPart]) / tilesAcross * TILE;
    let tileColumns = select(TILE, TILE / 2, STORE == GATED);
    let firstColumn = (team.x - params.firstTile[firstPart]) % tilesAcross * tileColumns;
    let start = team.z * params.innerPerSplit[part];
    let end = min(start + params.innerPerSplit[part], params.inner[part]);
    // True for the whole workgroup, so barriers below are safe.
    if (firstRow >= rows || firstColumn >= columns || start >= end) { return; }

    let fromA = select(acrossInner(lane), alongInner(lane), TRANSPOSE_A != 0);
    let fromB = select(alongInner(lane), acrossInner(lane), TRANSPOSE_B != 0);
    let rowA = firstRow + fromA.x;
    let columnB = firstColumn + fromB.x % tileColumns;
    let firstB = params.firstB[part + fromB.x / tileColumns];

    var r = 1.0;
    if (NORMED != 0) {
      sumSquares(firstRow, lane);
      r = inverseSqrt(squares[fromA.x * LANES] / f32(max(params.inner[part], 1)) + params.epsilon);
    }
    let keeps = NORMED != 0 && part == 0 && firstColumn == 0;

    var sums = array<Line, SIDE>(); // of this invocation's rows, at columns x, x + 16, …; in a loop only an initializer sets it to zero again
    for (var k = start; k < end; k += TILE_INNER) {
      let kA = k + fromA.y;
      let kB = k + fromB.y;
      // Zeros past the edges: rows and columns there are not stored or are padding, and k there adds nothing.
      var partA = vec4f(0);
      var partB = vec4f(0);
      if (kA < end && rowA < rows) {
        let at = params.firstA[part] + select(rowA * strideA + kA, kA * strideA + rowA, TRANSPOSE_A != 0) / 4;
        if (TRANSPOSE_A != 0 && part >= params.second) { partA = d[at]; } else { partA = a[at]; }
        if (NORMED != 0) { partA = partA * r * b[params.normWeight + kA / 4]; }
        if (keeps) {
          for (var i = 0u; i < 4; i++) { c3[4 * at + i] = partA[i]; }
          if (kA == 0) { c3[params.inverseStart + rowA] = r; }
        }
      }
      if (kB < end && columnB < columns) {
        let at = firstB + select(kB * strideB + columnB, columnB * strideB + kB, TRANSPOSE_B != 0) / 4;
        if (TRANSPOSE_A != 0 && part >= params.second) { partB = e[at]; } else { partB = b[at]; }
      }
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
      for (var j = 0u; j < select(SIDE, SIDE / 2, STORE == GATED); j++) {
        let column = firstColumn + local.x + 16 * j;
        if (row < rows && column < strideC) {
          let at = row * strideC + column;
          let to = team.z * rows * strideC + at;
          var value = select(0.0, sums[i][j], column < columns);
          if (STORE == GATED) {
            let up = select(0.0, sums[i][(j + SIDE / 2) % SIDE], column < columns);
            c0[to] = value;
            c1[to] = up;
            c2[to] = value / (1.0 + exp(-max(value, -80.0))) * up;
          } else if (STORE == GATE_GRADIENT) {
            let gate = numberOfD(to);
            let sigma = 1.0 / (1.0 + exp(-max(gate, -80.0)));
            c0[to] = value * numberOfE(to) * sigma * (1.0 + gate * (1.0 - sigma));
            c1[to] = value * gate * sigma;
          } else if (SERIES != 0) {
            if (part > 0) { value += c0[to]; } else if (params.hasResidual != 0) { value += numberOfD(to); }
            c0[to] = value;
          } else { store(part, to, value); }
        }
      }
    }
    if (STORE == ROTATED) {
      storageBarrier();
      rotate(part, firstRow, firstColumn, lane);
    }
  }
}
