#!/bin/bash
#SBATCH --job-name=resformer-lab
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=32
#SBATCH --time=24:00:00
#SBATCH --array=0-@LAST@
#SBATCH --requeue
# Each run of the project is a task of the array. Submit it in this folder; flags are passed on:
#   sbatch slurm.sh --layers 12 --heads 12 --hidden-size 768 --intermediate-size 2048
# Change nodes, GPUs and time above to what your cluster has. A job that is requeued continues from its last checkpoint.
set -e
cd "$SLURM_SUBMIT_DIR"
runs=(@RUNS@)
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun "${PYTHON:-python3}" -m torch.distributed.run \
	--nnodes="$SLURM_NNODES" --nproc_per_node="${SLURM_GPUS_ON_NODE:-8}" \
	--rdzv_id="$SLURM_JOB_ID" --rdzv_backend=c10d --rdzv_endpoint="$head:$((20000 + SLURM_JOB_ID % 20000))" \
	train.py "${runs[$SLURM_ARRAY_TASK_ID]}" --resume --workers 2 "$@"
