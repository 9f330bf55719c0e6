#!/bin/bash
# Trains every run on all GPUs of this machine, or on its processor; a training that was interrupted continues. Flags are passed on:
#   ./run.sh --layers 12 --heads 12 --hidden-size 768 --intermediate-size 2048
# RUNS="…" trains only these runs; PROCESSES sets the number of processes.
set -e
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}
PROCESSES=${PROCESSES:-$($PYTHON -c 'import torch; print(max(1, torch.cuda.device_count()))')}
for run in ${RUNS:-@RUNS@}; do
	if [ "$PROCESSES" -gt 1 ]; then
		$PYTHON -m torch.distributed.run --standalone --nproc_per_node="$PROCESSES" train.py "$run" --resume "$@"
	else
		$PYTHON train.py "$run" --resume "$@"
	fi
done
