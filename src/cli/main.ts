/** The lab in a terminal. */
const usage = `usage: npm run -s lab -- COMMAND [arguments]

ResFormer Lab in a terminal. There are no commands yet.

Options:
  --help  print this text`;

/** Exit code: 0 done, 2 for a command line that can't be understood. */
export async function main(argv: string[]): Promise<number> {
	const [command] = argv;
	if (command === '--help' || command === '-h') {
		console.log(usage);
		return 0;
	}
	console.error(command ? `lab: unknown command '${command}', see lab --help` : 'lab: no command given, see lab --help');
	return 2;
}
