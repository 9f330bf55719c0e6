"""Compares PyTorch with the lab: trains some steps in float32 on one device, and prints both losses.

    python3 check.py [RUN ...] [--steps N] [--device cpu]

Exit code: 0 if every loss differs from the lab's by less than 1e-4, else 1.
"""
import argparse
import os
import sys

from data import load_json
from train import Process, RunFiles, Trainer, find_runs

TOLERANCE = 1e-4


def check(folder, steps, process):
    """Prints the losses of a run. Returns the largest difference, or None if the lab recorded no losses."""
    run, expected = RunFiles(folder), load_json(folder, "expected.json")
    losses = expected["losses"][:steps]
    print(f"{run.config['run']}, from step {run.step}")
    if not losses:
        print("  the lab recorded no losses")
        return None
    trainer = Trainer(run, process)
    worst = 0.0
    for wanted, batch in zip(losses, trainer.batches(run.step + len(losses))):
        step = trainer.step
        loss, _ = trainer.advance(batch)
        difference = abs(loss - wanted)
        # A comparison with NaN is false, so NaN must not hide in a maximum.
        worst = max(worst, difference) if difference == difference else float("inf")
        print(f"  step {step}: {loss:.6f}, the lab {wanted:.6f}, difference {difference:.1e}")
    print(f"  {'ok' if worst < TOLERANCE else 'FAILED'}: largest difference {worst:.1e} of {len(losses)} losses")
    return worst


def main():
    parser = argparse.ArgumentParser(description="Compares PyTorch's losses with the lab's.")
    parser.add_argument("runs", nargs="*", help="folders of runs (default: all)")
    parser.add_argument("--steps", type=int, help="number of losses to compare (default: all that were recorded)")
    parser.add_argument("--device", choices=["cpu", "cuda", "mps"], help="default: cuda, else mps, else cpu")
    args = parser.parse_args()
    folders = [os.path.abspath(run) for run in args.runs] or find_runs()
    process = Process(args.device, single=True)
    differences = [check(folder, args.steps, process) for folder in folders]
    return 0 if folders and all(d is None or d < TOLERANCE for d in differences) else 1


if __name__ == "__main__":
    sys.exit(main())
