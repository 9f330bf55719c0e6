/** Round numbers inside [low, high], at most `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count = 5): number[] {
	if (!(high > low)) return Number.isFinite(low) ? [low] : [];
	const rough = (high - low) / count;
	const power = 10 ** Math.floor(Math.log10(rough));
	for (const factor of [1, 2, 5, 10, 20]) {
		const step = factor * power;
		const first = Math.ceil(low / step - 1e-9);
		const last = Math.floor(high / step + 1e-9);
		if (last - first + 1 <= count) return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
	}
	return [low, high];
}

/**
 * Powers of ten inside [low, high], low > 0, with 2 and 5 times (or 3 times) them if there is room. Round numbers if the range holds
 * fewer than two of them.
 */
export function logTicks(low: number, high: number, count = 5): number[] {
	const start = 10 ** Math.floor(Math.log10(low));
	for (const factors of [[1, 2, 5], [1, 3], [1]]) {
		const ticks: number[] = [];
		for (let power = start; power <= high; power *= 10)
			for (const f of factors) {
				const tick = Number((f * power).toPrecision(12));
				if (tick >= low && tick <= high) ticks.push(tick);
			}
		if (ticks.length < 2) return niceTicks(low, high, count);
		if (ticks.length <= count) return ticks;
		if (factors.length === 1) return ticks.filter((_, i) => i % Math.ceil(ticks.length / count) === 0);
	}
	return [];
}

/**
 * The end of an axis that grows with training: the next 1, 1.5, 2, 3, 5 or 7 times a power of ten, so that it seldom moves; never
 * past `total`. It is never below a tenth of `least`.
 */
export function axisEnd(step: number, total: number, least = 10): number {
	const power = 10 ** Math.floor(Math.log10(Math.max(least, step)));
	const next = [1, 1.5, 2, 3, 5, 7, 10, 15].map((f) => f * power).find((end) => end >= step) ?? step;
	return Math.max(least / 10, Math.min(next, Math.max(total, step)));
}

/** [low, high] rounded outward to a twentieth of its span or so, never below 0 if `low` is not. */
export function roundOutward(low: number, high: number): [number, number] {
	const span = Math.max(high - low, 0.02);
	const power = 10 ** Math.floor(Math.log10(span / 10));
	const unit = ([1, 2, 5].find((factor) => factor * power >= span / 20) ?? 10) * power;
	const round = (value: number) => Number((value * unit).toPrecision(12));
	const bottom = round(Math.floor(low / unit - 0.25));
	const top = round(Math.ceil(high / unit + 0.25));
	return [low >= 0 ? Math.max(0, bottom) : bottom, top];
}

/** [low, high], both above 0, a little further apart by the same factor on either side, rounded to two digits. */
export function roundOutwardLog(low: number, high: number): [number, number] {
	const factor = Math.max(1.02, (high / low) ** 0.04);
	const round = (value: number, how: (n: number) => number) => {
		const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
		return Number((how(value / unit) * unit).toPrecision(12));
	};
	return [round(low / factor, Math.floor), round(high * factor, Math.ceil)];
}
