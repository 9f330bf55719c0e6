import { parseArgs } from 'node:util';
import { nearestName } from '../experiment/nearest';
import { UsageError } from './failure';

/** Arguments that a command accepts: one operand, and options by name. */
export interface Usage {
	command: string;
	/** The operand's name in messages. */
	operand: string;
	/** `text` and `steps` take a value; that of `steps` is a whole number of at least 1. */
	options: Readonly<Record<string, 'flag' | 'text' | 'steps'>>;
}

export interface Arguments {
	operand: string;
	flags: ReadonlySet<string>;
	texts: ReadonlyMap<string, string>;
	steps: number | undefined;
}

const article = (noun: string): string => (/^[AEIOU]/.test(noun) ? 'an' : 'a');

/** Reads a command's arguments. @throws UsageError */
export function readArguments(argv: readonly string[], { command, operand: noun, options }: Usage): Arguments {
	const fail = (message: string): never => {
		throw new UsageError(`${message}${message.endsWith('?') ? '' : ','} see lab ${command} --help`);
	};
	const { tokens } = parseArgs({
		args: [...argv],
		strict: false,
		tokens: true,
		options: Object.fromEntries(Object.entries(options).map(([name, kind]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' }])),
	});
	const operands: string[] = [];
	const flags = new Set<string>();
	const texts = new Map<string, string>();
	for (const token of tokens) {
		if (token.kind === 'positional') operands.push(token.value);
		if (token.kind !== 'option') continue;
		const { name, rawName, value } = token;
		const kind = Object.hasOwn(options, name) && rawName.startsWith('--') ? options[name] : undefined;
		if (!kind) fail(`unknown option \`${rawName}\`: did you mean \`--${nearestName(name, Object.keys(options))}\`?`);
		if (flags.has(name) || texts.has(name)) fail(`${rawName} appears twice`);
		if (kind === 'flag') {
			if (value !== undefined) fail(`${rawName} takes no value`);
			flags.add(name);
		} else {
			if (!value) fail(`${rawName} needs a value`);
			texts.set(name, value as string);
		}
	}
	if (operands.length === 0) fail(`${command} needs ${article(noun)} ${noun}`);
	if (operands.length > 1) fail(`${command} takes only one ${noun}: unexpected argument \`${operands[1]}\``);
	const steps = options.steps === 'steps' ? wholeNumber(texts, 'steps', 1, command) : undefined;
	return { operand: operands[0], flags, texts, steps };
}

/** Returns an option's value, a whole number of at least `least`; undefined if the option is not given. @throws UsageError */
export function wholeNumber(texts: Arguments['texts'], name: string, least: number, command: string): number | undefined {
	const text = texts.get(name);
	if (text === undefined) return undefined;
	const number = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
	throw new UsageError(`--${name} must be a whole number of at least ${least}, not \`${text}\`, see lab ${command} --help`);
}
