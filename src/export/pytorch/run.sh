#!/bin/bash
# Trains every run on all GPUs of this machine, or on its processor; a training that was interrupted continues. Flags are passed on:
#   ./run.sh --layers 12 --heads 12 --hidden-size 768 --intermediate-size 2048
# RUNS="…" trains only these runs; PROCESSES sets the number of processes.
set -e
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}
PROCESSES=${PROCESSES:-$($PYTHON -c 'import torch; print(max(1, torch.cuda.device_count()))')}
# torchrun of PyTorch 1.13 fails on Python 3.11 and later without these flags.
FLAGS=$($PYTHON -c 'import sys, torch; print("--redirects 1 --tee 1" if sys.version_info >= (3, 11) and torch.__version__ < "2" else "")')
for run in ${RUNS:-@RUNS@}; do
	if [ "$PROCESSES" -gt 1 ]; then
		$PYTHON -m torch.distributed.run $FLAGS --standalone --nproc_per_node="$PROCESSES" train.py "$run" --resume "$@"
	else
		$PYTHON train.py "$run" --resume "$@"
	fi
done
