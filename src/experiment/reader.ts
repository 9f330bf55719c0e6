/** Reads parts of parsed JSON by name, and refuses what is not what it should be with its path: `runs[3].step`. */

/** Why a part is refused; caught where the whole is read. */
export class Refusal extends Error {
	constructor(
		readonly field: string,
		message: string,
	) {
		super(message);
	}
}

/** Refuses the part at `path`; `what` follows the path in the message. */
export function fail(path: string, what: string): never {
	throw new Refusal(path, `${path} ${what}`);
}

/** One JSON object and its path. Every method throws a `Refusal` where the part is missing or of another kind. */
export class Reader {
	private constructor(
		private readonly json: Readonly<Record<string, unknown>>,
		readonly path: string,
	) {}

	static of(json: unknown, path: string): Reader {
		if (typeof json !== 'object' || json === null || Array.isArray(json)) fail(path, 'must be an object');
		return new Reader(json as Record<string, unknown>, path === 'results' ? '' : path);
	}

	/** The part as it is; undefined where it is missing. */
	value(name: string): unknown {
		return Object.hasOwn(this.json, name) ? this.json[name] : undefined;
	}

	child(name: string): Reader {
		return Reader.of(this.value(name), this.at(name));
	}

	record(name: string): Record<string, unknown> {
		return this.child(name).json;
	}

	/** A text of at most `longest` UTF-16 units. */
	text(name: string, longest = 1000): string {
		const value = this.value(name);
		if (typeof value !== 'string' || value.length > longest) return fail(this.at(name), `must be a text of at most ${longest} characters`);
		return value;
	}

	textOrNull(name: string): string | null {
		return this.value(name) === null ? null : this.text(name);
	}

	flag(name: string): boolean {
		const value = this.value(name);
		return typeof value === 'boolean' ? value : fail(this.at(name), 'must be true or false');
	}

	number(name: string): number {
		const value = this.value(name);
		return typeof value === 'number' && Number.isFinite(value) ? value : fail(this.at(name), 'must be a number');
	}

	numberOrNull(name: string): number | null {
		return this.value(name) === null ? null : this.number(name);
	}

	whole(name: string, largest = Number.MAX_SAFE_INTEGER, smallest = 0): number {
		const value = this.value(name);
		const valid = typeof value === 'number' && Number.isInteger(value) && value >= smallest && value <= largest;
		return valid ? value : fail(this.at(name), `must be a whole number from ${smallest} to ${largest}`);
	}

	list(name: string, longest: number): unknown[] {
		const value = this.value(name);
		if (!Array.isArray(value) || value.length > longest) return fail(this.at(name), `must be a list of at most ${longest} parts`);
		return value;
	}

	/** A list of numbers: at most `longest`, or `length` of them where it is given. */
	numbers(name: string, longest: number, length?: number): number[] {
		const list = this.list(name, longest);
		if (!list.every(isNumber)) return fail(this.at(name), 'must be a list of numbers');
		if (length !== undefined && list.length !== length) fail(this.at(name), `must be ${length} numbers, not ${list.length}`);
		return list;
	}

	/** A list of numbers or null: `length` of them where it is given. */
	numbersOrNull(name: string, length?: number): (number | null)[] {
		const list = this.list(name, length ?? 10_000);
		if (!list.every((item) => item === null || isNumber(item))) return fail(this.at(name), 'must be a list of numbers or null');
		if (length !== undefined && list.length !== length) fail(this.at(name), `must be ${length} numbers, not ${list.length}`);
		return list as (number | null)[];
	}

	private at(name: string): string {
		return this.path === '' ? name : `${this.path}.${name}`;
	}
}

const isNumber = (item: unknown): item is number => typeof item === 'number' && Number.isFinite(item);
