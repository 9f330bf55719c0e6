import { decodeLink } from '../experiment/link';
import { isAddress, linkPairs } from '../experiment/linkText';
import { nearestName } from '../experiment/nearest';
import { findPreset, PRESETS } from '../experiment/presets';
import type { Experiment, Problem } from '../experiment/types';
import { readExperiment } from '../experiment/validate';
import { oneLine, UsageError } from './failure';
import { isFolder, parseJson, readText } from './files';

/** Reads EXPERIMENT: a preset's name, a share link, or a JSON file, tried in this order. @throws UsageError */
export function experimentNamed(source: string): Experiment {
	const preset = findPreset(source);
	if (preset) return structuredClone(preset.experiment);
	if (isLink(source)) {
		if (linkPairs(source).length === 0)
			throw new UsageError(`${oneLine(source)} has no experiment: a share link continues after \`#\`, as in #task=backcopy&v=1`);
		const { experiment, problems } = decodeLink(source);
		// The page replaces a bad value with a default and says so in the message. The terminal rejects the link instead.
		refuse(
			'the link',
			problems.map(({ field, message }) => ({ field, message: withoutFallback(message) })),
		);
		return experiment;
	}
	const text = readText(source, () => noSuch(source));
	const { experiment, problems } = readExperiment(parseJson(text, source));
	refuse(source, problems);
	return experiment;
}

/** `experimentNamed`, for a command that trains at one point. @throws UsageError if the experiment has a sweep */
export function onePointNamed(source: string): Experiment {
	const experiment = experimentNamed(source);
	if (experiment.sweep)
		throw new UsageError(
			`${oneLine(source)} has a sweep of ${experiment.sweep.length} points: train it with lab sweep, or leave out \`sweep\``,
		);
	return experiment;
}

/** True for a URL, or its hash with or without `#`. A file with such a name must be given as `./name`. */
const isLink = (source: string): boolean => isAddress(source) || /^\s*[\w.:-]*\/?#|^\s*\??[a-z]\w*(?:=|%3D)/i.test(source);

function withoutFallback(message: string): string {
	const at = message.lastIndexOf('; using ');
	return at < 0 ? message : message.slice(0, at);
}

function refuse(source: string, problems: readonly Problem[]): void {
	if (!problems.length) return;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
	throw new UsageError(`${source}: ${problems[0].message}${more}`);
}

/** Returns the error message for a name that is not a file. */
function noSuch(source: string): string {
	if (isFolder(source)) return `${source} is a folder; an experiment is a JSON file, a preset's name or a share link`;
	if (/[./\\]/.test(source)) return `${source}: no such file`;
	const names = PRESETS.map(({ name }) => name);
	return `no preset, file or link is called \`${source}\`: did you mean the preset \`${nearestName(source, names)}\`?`;
}
