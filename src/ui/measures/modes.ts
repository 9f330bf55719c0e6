import { type Modes, modesOf } from '../../experiment/bimodal';
import { plural } from '../shared/format';
import { measureText } from './measureText';

/** The two camps of a group's seeds in a measure; null if there are none. */
export const modesIn = (measure: string, values: Iterable<number | null>): Modes | null => modesOf(values, measureText(measure).isShare);

/** `4 of 8 seeds above one half` */
export function modesText({ n, above, threshold }: Modes, format: (value: number) => string): string {
	return `${above} of ${plural(n, 'seed')} above ${threshold === 0.5 ? 'one half' : format(threshold)}`;
}
