// finite ‖σg‖²:   scale ← [σ, n + 1], or [2σ, 0] if n + 1 = growthInterval;   passed = ‖g‖²;   used = hyper;   factor = 1/σ
// not finite:     scale ← [σ/2, 0];   passed = 0;   factor = 0;   used = hyper with which no optimiser changes anything
//
// scale = σ, n; squares[0] = ‖σg‖²; hyper, used: `count` numbers. Learning rates of 0 and decays of 1 change nothing.
// With σ ≤ 1 the gradient itself is not finite, and its numbers pass.
// Grid: a single workgroup, an invocation per number of hyper.
struct Params { growthInterval: u32, count: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read_write> scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> passed: array<f32>;
@group(0) @binding(5) var<storage, read_write> used: array<f32>;
@group(0) @binding(6) var<storage, read_write> factor: array<f32>;

// Places in hyper: HYPER in src/graph/ops/hyper.ts.
const LEARNING_RATE = 0u;
const BETA1 = 4u;
const BETA2 = 5u;
const MOMENTUM = 8u;
const MUON_LEARNING_RATE = 9u;
const MUON_MOMENTUM = 10u;

@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) lane: u32) {
  if (params.count == 0) { return; }
  let sigma = scale[0];
  let steps = scale[1] + 1;
  let found = squares[0];
  // By its bits, because a compiler may assume that no float is infinite or NaN.
  let skips = (bitcast<u32>(found) & 0x7f800000u) == 0x7f800000u && sigma > 1;
  storageBarrier();
  if (lane < params.count) {
    var value = hyper[lane];
    if (skips && (lane == LEARNING_RATE || lane == MUON_LEARNING_RATE)) { value = 0; }
    if (skips && (lane == BETA1 || lane == BETA2 || lane == MOMENTUM || lane == MUON_MOMENTUM)) { value = 1; }
    used[lane] = value;
  }
  if (lane > 0) { return; }
  let grows = u32(steps) == params.growthInterval;
  scale[0] = select(sigma * select(1.0, 2.0, grows), sigma / 2, skips);
  scale[1] = select(steps, 0.0, grows || skips);
  passed[0] = 0;
  if (!skips) { passed[0] = found / sigma / sigma; }
  factor[0] = select(1 / sigma, 0.0, skips);
}
