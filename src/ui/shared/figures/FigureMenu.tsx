import { useRef } from 'react';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { Menu, type MenuItem } from '../Menu';
import { useClient } from '../useLab';
import type { Captioned } from './caption';
import { FIGURE_KINDS, type FigureKind, type FigureRecords } from './kinds';

interface Props {
	/** Title of the figure. */
	title: string;
	/** Runs shown in it. Their seeds, steps and experiment are the caption. */
	runs?: readonly RunView[];
	/** The caption of a figure without runs. */
	caption?: Omit<Captioned, 'title'>;
	/** The numbers drawn; without them, the panel's table is saved. */
	records?: FigureRecords;
	/** Text of the button. */
	face?: string;
	/** Further commands. */
	more?: readonly MenuItem[];
}

const PICTURE = ['svg', 'png', 'csv'] as const;
const TABLE = ['svg', 'png', 'csv', 'markdown', 'latex'] as const;

const NO_RUNS: readonly RunView[] = [];

/** Saves the panel, dialog or box that it is in as a picture or as numbers, or the part of it that is marked as the figure. */
export function FigureMenu({ title, runs = NO_RUNS, caption, records, face = 'Save', more = [] }: Props) {
	const client = useClient();
	const ref = useRef<HTMLSpanElement>(null);
	const save = async (kind: FigureKind) => {
		const box = ref.current?.closest<HTMLElement>('.figure-box, .panel, .dialog-body');
		const panel = box?.querySelector<HTMLElement>('.figure-part') ?? box;
		try {
			const { saveFigure } = await import('./saveFigure');
			if (panel) await saveFigure(kind, { panel, title, runs, caption, records }, client.store.getSnapshot());
		} catch (error) {
			client.store.notify('error', `The figure could not be saved: ${error instanceof Error ? error.message : error}.`);
		}
	};
	const why = runs.length === 0 && !caption ? 'Nothing is drawn yet.' : '';
	const kinds = records ? PICTURE : TABLE;
	const items = () => [...kinds.map((kind) => ({ label: `Save as ${FIGURE_KINDS[kind]}`, why, act: () => void save(kind) })), ...more];
	return (
		<span ref={ref} className="figure-menu">
			<Menu className="quiet" label={`${face} “${title}”`} items={items}>
				{face}
			</Menu>
		</span>
	);
}
