import type { Cell } from '../../../session/client/results/csvLine';

/** Files that a figure is saved as. */
export const FIGURE_KINDS = { svg: 'SVG', png: 'PNG', csv: 'CSV', markdown: 'Markdown', latex: 'LaTeX' } as const;
export type FigureKind = keyof typeof FIGURE_KINDS;

/** The numbers of a figure, one record per row. */
export type FigureRecords = () => Promise<readonly Readonly<Record<string, Cell>>[]>;

/** Event on each body of a table that is saved: `detail` is true before, when rows far from the window come onto the page, and false after. */
export const WHOLE = 'lab-whole';
