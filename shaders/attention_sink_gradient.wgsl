// partials[g, h] = −Σ over the rows of group g of e^(s_h − lse)·⟨dO, O⟩: first pass of the sink logits' gradient
//
// out, dOut, lse as attention.wgsl, with the sink's share in both; sinks [heads]; partials [groups, width], width a multiple
// of 4. reduce_rows.wgsl sums the groups.
// Grid: one invocation per (group, column of partials), in a fixed order over the group's rows.
alias Element = vec4f;

struct Params {
  rows: u32, length: u32, heads: u32, headElements: u32, queryStride: u32, lseStride: u32,
  rowsPerGroup: u32, groups: u32, width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sinks: array<f32>;
@group(0) @binding(2) var<storage, read> out: array<Element>;
@group(0) @binding(3) var<storage, read> lse: array<f32>;
@group(0) @binding(4) var<storage, read> dOut: array<Element>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.groups * params.width) { return; }
  let group = i / params.width;
  let head = i % params.width;
  var sum = 0.0;
  if (head < params.heads) {
    for (var row = group * params.rowsPerGroup; row < min(params.rows, (group + 1) * params.rowsPerGroup); row++) {
      let start = row * params.queryStride + head * params.headElements;
      var inner = 0.0;
      for (var c = 0u; c < params.headElements; c++) { inner += dot(dOut[start + c], out[start + c]); }
      let logSumExp = lse[(row / params.length * params.heads + head) * params.lseStride + row % params.length];
      sum -= exp(sinks[head] - logSumExp) * inner;
    }
  }
  partials[i] = sum;
}
