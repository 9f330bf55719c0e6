// C = op(A)·op(B) (+ R), one invocation a vec4 of C: the plain ancestor that the fast products are compared with
//
// a [rows, inner], or [inner, rows] with transposeA; b [inner, columns], or [columns, inner] with transposeB;
// residual, c [rows, columns]; strides in floats, multiples of 4.
// Grid: x ⌈columns/8⌉, y ⌈rows/8⌉; a workgroup of 2×8 covers an 8×8 tile.
struct Params {
  rows: u32, columns: u32, inner: u32, strideA: u32, strideB: u32, strideC: u32, hasResidual: u32, transposeA: u32, transposeB: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(2, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;
  if (row >= params.rows) { return; }
  for (var column = id.x * 4; column < min(params.strideC, id.x * 4 + 4); column++) {
    var sum = 0.0;
    if (column < params.columns) {
      for (var n = 0u; n < params.inner; n++) {
        let left = a[select(row * params.strideA + n, n * params.strideA + row, params.transposeA != 0)];
        let right = b[select(n * params.strideB + column, column * params.strideB + n, params.transposeB != 0)];
        sum += left * right;
      }
      if (params.hasResidual != 0) { sum += residual[row * params.strideC + column]; }
    }
    c[row * params.strideC + column] = sum;
  }
}
