import { expect, it } from 'vitest';
import { type Column, columnsOf, differingColumns, type TableRow } from '../../src/ui/runs/columns';
import { differenceOf } from '../../src/ui/runs/Difference';
import { view } from './views';

const base = view('vanilla', 1, [4, 3], { 2: { validationLoss: 2, sinkAttention: [0.5, 0.7] } });
const other = view('svformer', 1, [4, 3], { 2: { validationLoss: 1.75, sinkAttention: [0.1, 0.2] } });
const row = (run: typeof base, reference: typeof base | null): TableRow => ({
	run,
	difference: '',
	baseline: run === base,
	critical: null,
	reference,
	parent: '',
});
const columns = columnsOf(['validationLoss', 'sinkAttention'], false);
const column = (id: string) => columns.find((each) => each.id === id) as Column;

it('a measure is compared with the baseline’s run of the same seed, over layers as the rows are sorted', () => {
	expect(differenceOf(column('validationLoss'), row(other, base))).toBeCloseTo(-0.25, 9);
	expect(differenceOf(column('sinkAttention'), row(other, base))).toBeCloseTo(0.15 - 0.6, 9);
	expect(differenceOf(column('validationLoss'), row(other, null))).toBeNull();
	expect(differenceOf(column('validationLoss'), row(base, base))).toBeNull();
	expect(differenceOf(column('parameters'), row(other, base))).toBeNull();
});

it('only settings that differ are shown, and every measure', () => {
	const ids = (of: readonly Column[]) => of.map(({ id }) => id);
	const shown = ids(differingColumns(columns, [row(base, null), row(other, base)]));
	expect(shown).toContain('method');
	expect(shown).not.toContain('seed');
	expect(shown).toEqual(expect.arrayContaining(['step', 'loss', 'validationLoss', 'sinkAttention']));
	expect(ids(columns)).not.toContain('parent');
	expect(ids(columnsOf([], false, true))).toContain('parent');
});
