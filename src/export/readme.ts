import { methodLabel } from '../experiment/methods/names';
import { type ProjectRun, type ProjectSource, SMALL_VOCABULARY } from './projectRun';

/** Losses that the README lists. */
const LISTED = 5;

/** README.md of a project. @param folders of the runs; `.` for a single one */
export function readme(runs: readonly ProjectRun[], folders: readonly string[], { link, adapter, several }: ProjectSource): string {
	const name = several ? `${folders[0]} ` : '';
	const from = runs[0].checkpoint.step;
	const trained = runs.filter(({ checkpoint }) => checkpoint.step > 0).length;
	const start =
		trained === 0
			? 'The weights are the initial ones, before the first update.'
			: `The weights and the optimiser's moments are those after ${several ? 'the steps below' : `${from} updates`}: training continues from there.`;
	const isHalf = runs.some(({ experiment }) => experiment.precision === 'float16');
	const parts = [
		`# ${several ? `${runs.length} runs` : methodLabel(runs[0].experiment.methods[0])} of ResFormer Lab, in PyTorch`,
		`The same experiment in plain PyTorch, with the same weights, batches, optimiser and schedule as in the lab. ${start}`,
		`The experiment as a link: \`${link}\`.${link.startsWith('#') ? " Append it to the page's address, or" : ' Open it, or'} run \`npm run -s lab -- train '${link}'\`.`,
		'## Check it',
		code('python3 check.py'),
		`Trains ${several ? 'each run' : 'the run'} for the steps whose losses the lab recorded, in float32 on one device, and compares. Every difference should be below 1e-4.${adapter ? ` The lab computed them on ${adapter}.` : ''}`,
		...(isHalf
			? ['The lab stored activations in float16 (`precision`). This project ignores that, and the losses are those of float32.']
			: []),
		lossTable(runs),
		'## Train it',
		code(
			[
				`python3 train.py ${name}                                # one process: cuda, mps or cpu`,
				`torchrun --nproc_per_node=8 train.py ${name}            # 8 GPUs, DistributedDataParallel`,
				`python3 train.py ${name}--resume                        # continue after an interruption`,
				`bash run.sh                                     # ${several ? 'every run' : 'the run'} on all GPUs of this machine`,
				`sbatch slurm.sh                                 # ${several ? 'every run' : 'the run'} on a cluster; see the lines at its top`,
			]
				.map((line) => line.replace(/ +#/, '  #'))
				.join('\n'),
		),
		`The batch of a step depends on the seed and the step alone. Each process takes some of its rows. The number of processes and interruptions change nothing but rounding. \`out/metrics.jsonl\` has the lab's column names. \`out/checkpoint/\` has the files of the lab's checkpoints.`,
		'## Make it larger',
		code(
			`torchrun --nproc_per_node=8 train.py ${name}--layers 12 --heads 12 --hidden-size 768 --intermediate-size 2048 \\\n  --sequence-length 1024 --batch-size 512 --steps 10000 --warmup-steps 120 --learning-rate 6e-4 --bf16 --compile`,
		),
		`Other sizes start at step 0 from new weights, drawn from N(0, 0.02). \`--data DIR --vocab-size V\` takes your own \`train.bin\` and \`val.bin\`: tokens as unsigned 16-bit numbers, or 32-bit if V is above ${SMALL_VOCABULARY.toLocaleString('en-US')}. \`--accumulate N\` computes a batch in N parts, instead of the experiment's micro-batches. \`--fsdp\` shards the model (PyTorch 2.4 or later). \`--track wandb\` or \`--track trackio\` also logs there. \`python3 train.py --help\` lists all flags.`,
		'## Files',
		FILES_TABLE,
		'It needs PyTorch 1.13 or later and numpy, nothing else. On Python 3.11 and later, `torchrun` of PyTorch 1.13 fails without `--redirects 1 --tee 1`; `run.sh` adds them.',
	];
	return `${parts.join('\n\n')}\n`;
}

const code = (text: string): string => `\`\`\`sh\n${text}\n\`\`\``;

/** The first losses of each run. */
function lossTable(runs: readonly ProjectRun[]): string {
	const counts = runs.map(({ expected }) => expected.losses.length);
	const columns = Math.min(LISTED, Math.max(0, ...counts));
	if (columns === 0) return 'No losses were recorded.';
	const heads = ['run', 'first step', ...Array.from({ length: columns }, (_, i) => `loss ${i + 1}`)];
	const rows = runs.map(({ checkpoint, expected }) => [
		checkpoint.run,
		String(checkpoint.step),
		...Array.from({ length: columns }, (_, i) => expected.losses[i]?.toFixed(6) ?? ''),
	]);
	return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const FILES_TABLE = [
	['file', 'what'],
	['---', '---'],
	['model.py', 'every method of the lab'],
	['data.py', 'the tasks and their random numbers'],
	['train.py, check.py', 'training, and the comparison with the lab'],
	['experiment.json', "the lab's experiment; `lab train experiment.json` trains it"],
	['config.json', "Hugging Face Llama's names, the method, `training`, and `step`, the updates done"],
	['model.safetensors', 'weights, float32, linear weights [out, in]'],
	['optimizer.safetensors', "the optimiser's moments, `m.NAME` and `v.NAME`; absent before the first update"],
	['vocabulary.json', 'the text of each token'],
	['train.bin, val.bin', 'the text as tokens, if the task has one'],
	['expected.json', "the lab's losses and gradient norms"],
]
	.map((row) => `| ${row.join(' | ')} |`)
	.join('\n');
