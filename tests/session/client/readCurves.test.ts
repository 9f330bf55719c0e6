import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCurves } from '../../../src/session/client/results/readCurves';
import { allOf } from '../../support/properties';

describe('curves of another program', () => {
	it('are read from the metrics.jsonl of an exported project, also one that is still being written', () => {
		const lines = [
			{ run: 'svformer-2', method: 'svformer', seed: 2, step: 0, loss: 4.5, gradNorm: 1 },
			{ run: 'svformer-2', method: 'svformer', seed: 2, step: 1, loss: 4.25, gradNorm: null },
			{ run: 'svformer-2', step: 2, validationLoss: 4.1, entropy: [1, 2] },
			{ run: 'svformer-2', done: true, step: 2, parameters: 9, steps: 2, finalLoss: 4.25, validationLoss: 4.1 },
		];
		const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"run":"svf`;
		expect(readCurves('metrics.jsonl', text)).toEqual([
			{
				name: 'svformer-2',
				method: 'svformer',
				seed: 2,
				losses: [
					{ step: 0, loss: 4.5 },
					{ step: 1, loss: 4.25 },
				],
				history: [
					{ step: 0, metrics: { gradNorm: 1 } },
					{ step: 2, metrics: { validationLoss: 4.1, entropy: [1, 2] } },
				],
			},
		]);
	});

	it('are read from a CSV with other names, separators, quotes and line ends, in the order of steps', () => {
		const text =
			'\ufeffGlobal Step;train/loss;val_loss;"sink; ""rate""";entropy.layer2\r\n20;1.5;;0.5;7\r\n10;2;1.9;;\r\n30;nan;1.2;x;\r\n';
		const [run] = readCurves('my run.csv', text);
		expect(run).toMatchObject({ name: 'my run', method: null, seed: 1 });
		expect(run.losses).toEqual([
			{ step: 10, loss: 2 },
			{ step: 20, loss: 1.5 },
		]);
		expect(run.history).toEqual([
			{ step: 10, metrics: { validationLoss: 1.9 } },
			{ step: 20, metrics: { 'sink; "rate"': 0.5, entropy: [Number.NaN, 7] } },
			{ step: 30, metrics: { validationLoss: 1.2 } },
		]);
	});

	it('are refused with the reason', () => {
		expect(() => readCurves('a.csv', 'epoch,loss\n1,2\n')).toThrow('no column “step”; its columns are epoch, loss');
		expect(() => readCurves('a.csv', 'step,accuracy\n1,2\n')).toThrow('no numbers in a column “loss”');
		expect(() => readCurves('a.jsonl', '{"step":1}\nnonsense\n{"step":2}')).toThrow('line 2 is not a JSON object');
		expect(() => readCurves('a.csv', '')).toThrow('no rows');
		expect(() => readCurves('a.csv', 'step,loss\n1,"2\n')).toThrow('row 2 has a quotation mark that does not end');
		expect(() => readCurves('a.csv', 'step,loss\n1,"2"x\n')).toThrow('row 2 has text after a quoted cell');
	});

	it('may have cells of any length, line breaks in cells, and separators at the end', () => {
		const long = 'x'.repeat(20_000_000);
		expect(readCurves('a.csv', `step,loss,note\n1,2,"${long}"`)[0].losses).toEqual([{ step: 1, loss: 2 }]);
		const [run] = readCurves('a.csv', 'step,"a\r\nb",loss,\r1,7,2,\r\n\r\n2,8,1,');
		expect(run.losses).toEqual([
			{ step: 1, loss: 2 },
			{ step: 2, loss: 1 },
		]);
		expect(run.history[1].metrics).toEqual({ 'a\r\nb': 8 });
	});

	it('are finite numbers at ascending steps, whatever the file is', () => {
		const piece = fc.constantFrom(
			'step',
			'loss',
			',',
			'\n',
			'"',
			'1',
			'-1',
			'1e999',
			'NaN',
			'{"step":',
			'}',
			'[',
			'__proto__',
			'__proto__.layer1',
			'toString.layer2',
			'""',
			'\n3,4',
			'\r',
			';',
			'2',
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
				try {
					for (const text of [`step,loss\n${pieces.join('')}`, `step,loss,${pieces.join('')}`])
						for (const { losses, history } of readCurves('x', text)) {
							losses.forEach(({ step, loss }, i) => {
								expect(Number.isFinite(loss)).toBe(true);
								if (i > 0) expect(step).toBeGreaterThan(losses[i - 1].step);
							});
							for (const { metrics } of history) expect(Object.getPrototypeOf(metrics)).toBe(Object.prototype);
						}
				} catch (error) {
					expect((error as Error).message).toMatch(/^(it has|row|line)/);
				}
			}),
			allOf(10_000, 'changed files of curves'),
		);
	});
});
