import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { decodeLink, encodeLink } from '../../src/experiment/link';
import { readSeen, type SharedGroup, type SharedMeasure, withResults } from '../../src/experiment/resultLink';

const experiment = { ...defaultExperiment(), layers: 3 };
const vanilla: SharedGroup = { name: 'vanilla', label: 'Vanilla', mean: 1.9433, half: 0.021, n: 3 };
const sparse: SharedGroup = {
	name: 'resformer:sparse(3;1;layers=3.4)+gqa:2',
	label: 'ResFormer sparse (3; 1; layers 3, 4) + GQA (2 KV heads)',
	mean: -2e-7,
	half: null,
	n: 1,
};
const words = 'Vanilla, λ 100 % of “a~b!c,d@1” #&= 🐋';
const fork: SharedGroup = { name: words, label: words, mean: 3, half: 0, n: 12 };
const seen: SharedMeasure[] = [
	{
		measure: 'validationLoss',
		layer: null,
		step: 600,
		groups: [vanilla, sparse, fork],
	},
	{ measure: 'sinkAttention', layer: 1, step: 580, groups: [vanilla] },
];

describe('results in a link', () => {
	it('are read back from an address that a browser has normalised', () => {
		const hash = withResults(encodeLink(experiment), seen);
		expect(hash).toMatch(/^layers=3&v=1&r=validationLoss@600~vanilla,1\.9433,0\.021,3~resformer:sparse/);
		for (const address of [
			hash,
			`#${hash}`,
			new URL(`https://example.org/lab/#${hash}`).href,
			hash.replaceAll(',', '%2C').replaceAll('~', '%7E'),
		])
			expect(readSeen(address)).toEqual({ seen, problems: [] });
	});

	it("do not change the experiment's part of the link, which can be read alone", () => {
		const hash = withResults(encodeLink(experiment), seen);
		expect(decodeLink(hash)).toEqual({ experiment, problems: [] });
		expect(withResults('layers=3&v=1', [])).toBe('layers=3&v=1');
		expect(withResults('', [seen[1]])).toBe('r=sinkAttention.2@580~vanilla,1.9433,0.021,3');
		expect(readSeen('layers=3&v=1')).toEqual({ seen: [], problems: [] });
		expect(readSeen('')).toEqual({ seen: [], problems: [] });
	});

	it('stay short, whatever was measured', () => {
		const many = Array.from({ length: 50 }, (_, i) => ({ ...fork, name: `${i} ${'🐋'.repeat(200)}` }));
		const part = withResults('', [{ ...seen[0], groups: many }, seen[1]]);
		expect(part.length).toBeLessThan(1600);
		expect(readSeen(part).problems).toEqual([]);
		const twelve = Array.from({ length: 12 }, () => sparse);
		const whole = withResults('', [
			{ ...seen[0], groups: twelve },
			{ ...seen[1], groups: twelve },
		]);
		expect(readSeen(whole).seen.map(({ groups }) => groups.length)).toEqual([12, 12]);
		expect(withResults('', [{ ...seen[0], groups: [{ ...vanilla, mean: Number.NaN }] }])).toBe('');
	});

	it('are left out altogether if they are too long', () => {
		const { seen: read, problems } = readSeen(`r=${'peak@5~vanilla,2,,1!'.repeat(1000)}`);
		expect(read).toEqual([]);
		expect(problems).toHaveLength(1);
	});

	it('are left out and named if they can’t be read; the rest is kept', () => {
		const broken = [
			'validationLoss~vanilla,1,2,3',
			'validationLoss@600',
			'@600~vanilla,1,,1',
			'entropy.0@600~vanilla,1,,1',
			'validationLoss@600~vanilla,1,2',
			'validationLoss@600~vanilla,x,,1',
			'validationLoss@600~vanilla,1,-2,3',
			'validationLoss@600~vanilla,1,,0',
			'validationLoss@600~%25,1,,1',
			'validationLoss@600~vanilla,1e999,,1',
		];
		for (const part of broken) {
			const { seen: read, problems } = readSeen(`r=${part}!peak@5~vanilla,2,,1`);
			expect(
				read.map(({ measure }) => measure),
				part,
			).toEqual(['peak']);
			expect(problems.length).toBeGreaterThan(0);
			for (const { field, message } of problems)
				expect([field, message]).toEqual(['r', expect.stringMatching(/^r: `.*` .*; it is left out$/)]);
		}
		expect(readSeen('r=%').problems).toHaveLength(1);
		expect(readSeen('r=').problems).toHaveLength(1);
	});
});
