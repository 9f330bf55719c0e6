// partials[g] = Σ over the rows of group g and all heads of r·x⊙dy: first pass of the weight's gradient; reduce_rows.wgsl sums the groups
//
// Buffers as head_norm.wgsl; partials [groups, partialStride] in Elements, headElements of them real.
// Grid: one invocation per (group, Element of partials), in a fixed order over rows and heads.
alias Element = vec4f;

struct Params {
  rows: u32, heads: u32, headElements: u32, stride: u32, inverseStride: u32,
  rowsPerGroup: u32, groups: u32, partialStride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> inverseRms: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<Element>;
@group(0) @binding(4) var<storage, read_write> partials: array<Element>;

override SIZE: u32 = 64;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) team: vec3u, @builtin(num_workgroups) teams: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (team.y * teams.x + team.x) * SIZE + lane;
  if (i >= params.groups * params.partialStride) { return; }
  let group = i / params.partialStride;
  let c = i % params.partialStride;
  var sum = Element();
  if (c < params.headElements) {
    for (var row = group * params.rowsPerGroup; row < min(params.rows, (group + 1) * params.rowsPerGroup); row++) {
      for (var head = 0u; head < params.heads; head++) {
        let at = row * params.stride + head * params.headElements + c;
        sum += inverseRms[row * params.inverseStride + head] * x[at] * dy[at];
      }
    }
  }
  partials[i] = sum;
}
