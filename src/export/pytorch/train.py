"""Trains a run of ResFormer Lab in PyTorch, on one device or on many.

    python3 train.py                                     one process: cuda, mps or cpu
    torchrun --nproc_per_node=8 train.py                 DistributedDataParallel; --fsdp for FSDP2
    torchrun --nproc_per_node=8 train.py --layers 12 --heads 12 --hidden-size 768 --intermediate-size 2048

Works with PyTorch 1.13 and 2.x. `--help` lists the flags. Losses are in nats per target.
"""
import argparse
import contextlib
import json
import math
import os
import shutil
import struct
import sys
import time

import numpy as np
import torch
import torch.distributed as dist
from torch.utils.data import DataLoader, Dataset

from data import IGNORED, Evaluation, load_json, load_task
from model import Model, fixed_lambdas, initialise, position_losses

HERE = os.path.dirname(os.path.abspath(__file__))

# Flags that change the model, as keys of config.json. With any of them, weights are new and training starts at step 0.
SIZES = {
    "layers": "num_hidden_layers",
    "hidden-size": "hidden_size",
    "intermediate-size": "intermediate_size",
    "heads": "num_attention_heads",
    "kv-heads": "num_key_value_heads",
    "vocab-size": "vocab_size",
}
# Flags that change the training: its keys of config.json, and their types.
TRAINING = {
    "steps": int,
    "learning-rate": float,
    "end-learning-rate": float,
    "warmup-steps": int,
    "schedule": str,
    "weight-decay": float,
    "clip": float,
    "optimizer": str,
    "momentum": float,
    "muon-learning-rate": float,
    "muon-momentum": float,
}


# -- Files ------------------------------------------------------------------------------------------------------------


def read_safetensors(path):
    """Float32 tensors by name."""
    with open(path, "rb") as file:
        raw = file.read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = torch.from_numpy(np.frombuffer(raw[start:end], np.float32).reshape(entry["shape"]).copy())
    return tensors


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    arrays = {name: tensor.detach().float().cpu().contiguous().numpy() for name, tensor in tensors.items()}
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())


def write_json(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent="\t", ensure_ascii=False)


def find_runs(folder=HERE):
    """The folders of all runs: this one, or those inside it."""
    inside = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    return [path for path in (folder, *inside) if os.path.exists(os.path.join(path, "experiment.json"))]


class RunFiles:
    """A run's settings, weights and optimiser state, as the lab or an earlier training wrote them."""

    def __init__(self, folder, home=None):
        """`home`: the folder of the run's text, if it has its own."""
        self.folder, self.home = folder, home or folder
        self.experiment, self.config = load_json(folder, "experiment.json"), load_json(folder, "config.json")
        self.vocabulary = load_json(folder, "vocabulary.json")["tokens"]
        self.training, self.step = self.config["training"], self.config.get("step", 0)
        self.seed = self.experiment["seeds"][0]
        self.fresh = False  # True if weights are to be drawn here instead of read

    def read(self, name):
        path = os.path.join(self.folder, name)
        return read_safetensors(path) if os.path.exists(path) else {}

    def change(self, args):
        """Applies the flags."""
        given = {name: getattr(args, name.replace("-", "_")) for name in (*SIZES, *TRAINING)}
        self.change_model({SIZES[name]: given[name] for name in SIZES if given[name] is not None})
        before = dict(self.training)
        self.training.update({name.replace("-", "_"): given[name] for name in TRAINING if given[name] is not None})
        if given["learning-rate"] and given["end-learning-rate"] is None and before["learning_rate"]:
            self.training["end_learning_rate"] = given["learning-rate"] * before["end_learning_rate"] / before["learning_rate"]
        self.training["warmup_steps"] = min(self.training["warmup_steps"], self.training["steps"])
        if self.training.get("optimizer", "adamw") == "muon" and not self.training["learning_rate"]:
            raise SystemExit("muon needs a learning rate above 0: its own follows that schedule")
        if args.sequence_length:
            self.experiment["sequenceLength"] = self.config["max_position_embeddings"] = args.sequence_length
        if args.batch_size:
            self.experiment["batchSize"] = args.batch_size
        if args.seed is not None and args.seed != self.seed:
            self.experiment["seeds"], self.seed, self.fresh = [args.seed], args.seed, True
            method = self.experiment["methods"][0]
            self.config["run"] = f"{method}#{args.seed}"
        if args.data:
            if self.experiment["task"] not in ("text", "own-text"):
                raise SystemExit(f"--data is for texts, and the task is {self.experiment['task']}")
            self.config["data"] = os.path.abspath(args.data)
        if self.fresh:
            self.step = 0

    def change_model(self, changes):
        changed = {key: value for key, value in changes.items() if value != self.config.get(key)}
        if not changed:
            return
        heads_before = self.config["num_attention_heads"]
        self.config.update(changed)
        self.fresh = True
        c = self.config
        # As many key-value heads as heads, unless the method shares them.
        if "num_key_value_heads" not in changed and c.get("num_key_value_heads") == heads_before:
            c["num_key_value_heads"] = c["num_attention_heads"]
        if c["hidden_size"] % c["num_attention_heads"] or c["hidden_size"] // c["num_attention_heads"] % 2:
            raise SystemExit(f"--heads {c['num_attention_heads']} must divide --hidden-size {c['hidden_size']} into even head sizes")
        if c["num_attention_heads"] % c.get("num_key_value_heads", 1):
            raise SystemExit(f"--kv-heads {c['num_key_value_heads']} must divide --heads {c['num_attention_heads']}")
        c["head_dim"] = c["hidden_size"] // c["num_attention_heads"]
        if "num_hidden_layers" in changed and c.get("value_scheme", {}).get("lambdas"):
            c["value_scheme"]["lambdas"] = fixed_lambdas(c["value_scheme"], c["num_hidden_layers"])


# -- Processes --------------------------------------------------------------------------------------------------------


class Process:
    """This process among all of them."""

    def __init__(self, device=None, single=False):
        self.count = 1 if single else int(os.environ.get("WORLD_SIZE", 1))
        self.rank = 0 if single else int(os.environ.get("RANK", 0))
        local = int(os.environ.get("LOCAL_RANK", 0))
        mps = getattr(torch.backends, "mps", None)
        found = "cuda" if torch.cuda.is_available() else "mps" if mps and mps.is_available() else "cpu"
        kind = device or found
        self.device = torch.device(f"cuda:{local}" if kind == "cuda" else kind)
        if kind == "cuda":
            torch.cuda.set_device(self.device)
        if self.count > 1:
            dist.init_process_group("nccl" if kind == "cuda" else "gloo")

    @property
    def first(self):
        return self.rank == 0

    def sum(self, tensor):
        """The sum over all processes."""
        if self.count > 1:
            dist.all_reduce(tensor)
        return tensor

    def rows(self, size):
        """This process's rows of a batch."""
        return slice(size * self.rank // self.count, size * (self.rank + 1) // self.count)

    def close(self):
        if self.count > 1:
            dist.barrier()
            dist.destroy_process_group()


def whole(tensor):
    """All of a tensor that FSDP2 may have sharded."""
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def like(tensor, parameter):
    """A whole tensor on the parameter's device, sharded as the parameter is."""
    tensor = tensor.to(parameter.device, parameter.dtype)
    if not hasattr(parameter, "full_tensor"):
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor, parameter.device_mesh, parameter.placements)


def shard(model):
    """FSDP2. The projections are sharded one by one; the root keeps lambdas and norms, which layers read of one another."""
    try:
        from torch.distributed.fsdp import fully_shard
    except ImportError:
        try:
            from torch.distributed._composable.fsdp import fully_shard
        except ImportError:
            raise SystemExit(f"--fsdp needs PyTorch 2.4 or later, and this is {torch.__version__}")
    for layer in model.model.layers:
        for module in (*layer.self_attn.children(), layer.mlp):
            if any(parameter.dim() > 1 for parameter in module.parameters()):
                fully_shard(module)
    fully_shard(model)
    return model


# -- Optimisers (docs/METHODS.md section 1 of the lab) ------------------------------------------------------------------


def learning_rate_at(t, step):
    """Linear warm-up, then a cosine to the end rate, or constant. Steps count from 0."""
    peak, end, warmup = t["learning_rate"], t["end_learning_rate"], t["warmup_steps"]
    if step < warmup:
        return peak * (step + 1) / warmup
    if t["schedule"] == "constant":
        return peak
    progress = (step - warmup) / max(1, t["steps"] - warmup)
    return end + 0.5 * (peak - end) * (1 + math.cos(math.pi * progress))


class Momentum(torch.optim.Optimizer):
    """SGD with momentum and decoupled weight decay, or Muon, on parameters with a moment each.

    SGD:   m <- mu m + g;  p <- p (1 - lr decay) - lr m
    Muon:  m <- mu m + (1 - mu) g;  u = (1 - mu) g + mu m;  X = orthogonalise(u)
           p <- p (1 - lr decay) - lr sqrt(max(1, rows/columns)) X
    """

    def __init__(self, groups, momentum, muon=False):
        super().__init__(groups, {"lr": 1.0})
        self.momentum, self.muon = momentum, muon

    @torch.no_grad()
    def step(self):
        mu = self.momentum
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "exp_avg" not in state:
                    state["exp_avg"] = torch.zeros_like(p)
                m, g = state["exp_avg"], p.grad
                if self.muon:
                    m.mul_(mu).add_(g, alpha=1 - mu)
                    x = orthogonalise(whole((1 - mu) * g + mu * m)) * max(1, p.shape[0] / p.shape[1]) ** 0.5
                    x = like(x, p)
                else:
                    x = m.mul_(mu).add_(g)
                p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(x, alpha=group["lr"])


def orthogonalise(u):
    """Newton-Schulz: U S V^T -> about U V^T, in float32. Source: KellerJordan/Muon."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = u.T if u.shape[0] > u.shape[1] else u
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if u.shape[0] > u.shape[1] else x


class Optimizer:
    """The optimiser of a configuration. Matrices and embeddings decay; norm weights, lambdas and other vectors do not."""

    def __init__(self, parameters, t):
        self.parameters, self.t = parameters, t
        kind = t.get("optimizer", "adamw")
        self.kind = kind

        def groups(names):
            decayed = [[parameters[name] for name in names if (parameters[name].dim() > 1) == decays] for decays in (True, False)]
            decays = (t["weight_decay"], 0.0)
            return [{"params": params, "weight_decay": decay} for params, decay in zip(decayed, decays) if params]

        ours, rest = [n for n in parameters if self.has_own_moment(n)], [n for n in parameters if not self.has_own_moment(n)]
        self.adamw = torch.optim.AdamW(groups(rest), lr=1.0, betas=tuple(t["betas"]), eps=t["eps"]) if rest else None
        mu = t.get("momentum", 0.9) if kind == "sgd" else t.get("muon_momentum", 0.95)
        self.momentum = Momentum(groups(ours), mu, kind == "muon") if ours else None

    def step(self, step):
        """Clips the gradients, updates, and returns their norm before clipping."""
        rate = learning_rate_at(self.t, step)
        norm = torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.t["clip"] or float("inf"))
        muon = self.momentum and self.momentum.muon
        own = self.t.get("muon_learning_rate", 0.02) * rate / self.t["learning_rate"] if muon else rate
        for optimizer, lr in ((self.adamw, rate), (self.momentum, own)):
            if optimizer:
                for group in optimizer.param_groups:
                    group["lr"] = lr
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
        return whole(norm).item()

    def has_own_moment(self, name):
        """True for the parameters that SGD or Muon updates instead of AdamW: Muon takes the hidden matrices."""
        return self.kind == "sgd" or (self.kind == "muon" and name.endswith("_proj.weight"))

    def state_of(self, name):
        owner = self.momentum if self.has_own_moment(name) else self.adamw
        return owner.state[self.parameters[name]]

    def tensors(self):
        """Both moments of every parameter: m.NAME, and v.NAME with AdamW."""
        states = {name: self.state_of(name) for name in self.parameters}
        keys = (("m", "exp_avg"), ("v", "exp_avg_sq"))
        return {f"{short}.{name}": whole(state[key]) for short, key in keys for name, state in states.items() if key in state}

    def load(self, tensors, step):
        """Continues with these moments after `step` updates."""
        for name, parameter in self.parameters.items():
            state = {"exp_avg": like(tensors[f"m.{name}"], parameter)}
            if self.has_own_moment(name):
                self.momentum.state[parameter] = state
            else:
                state.update(step=torch.tensor(float(step)), exp_avg_sq=like(tensors[f"v.{name}"], parameter))
                self.adamw.state[parameter] = state


# -- Training ---------------------------------------------------------------------------------------------------------


class Batches(Dataset):
    """This process's rows of the batch of each step, and the number of targets in the whole batch."""

    def __init__(self, task, seed, process):
        self.task, self.seed, self.process = task, seed, process

    def __getitem__(self, step):
        inputs, targets, _ = self.task.training_batch(self.seed, step)
        rows = self.process.rows(len(inputs))
        return torch.from_numpy(inputs[rows]), torch.from_numpy(targets[rows]), target_count(targets)


def target_count(targets):
    return targets.shape[0] * targets.shape[1] if targets.ndim == 3 else int((targets != IGNORED).sum())


class Trainer:
    """A model in training."""

    def __init__(self, run, process, bf16=False, compiled=False, fsdp=False, accumulate=None, workers=0):
        self.run, self.process, self.workers = run, process, workers
        self.experiment, self.step = run.experiment, run.step
        folders = [run.config["data"]] if "data" in run.config else [run.home, HERE]
        self.task = load_task(run.experiment, folders, run.vocabulary, run.config["vocab_size"])
        size = run.experiment["batchSize"]
        if accumulate is None:
            # Parts as large as the experiment's, whose rows are divided among the processes.
            accumulate = max(1, min(-(-run.experiment.get("microBatches", 1) // process.count), size // process.count))
        self.accumulate = accumulate
        smallest = size // (process.count * accumulate)
        if smallest < 1:
            raise SystemExit(f"a batch of {size} is too small for {process.count} processes x {accumulate} parts")
        self.raw = Model(run.config)
        if run.fresh:
            initialise(self.raw, run.seed)
        else:
            self.raw.load_state_dict(run.read("model.safetensors"))
        self.raw.to(process.device)
        self.model = self.raw
        self.fsdp = fsdp and process.count > 1
        if self.fsdp:
            shard(self.raw)
        if compiled:
            if not hasattr(torch, "compile"):
                raise SystemExit(f"--compile needs PyTorch 2, and this is {torch.__version__}")
            self.model = torch.compile(self.raw)
        if process.count > 1 and not self.fsdp:
            self.model = torch.nn.parallel.DistributedDataParallel(self.model)
        self.parameters = dict(self.raw.named_parameters())
        self.optimizer = Optimizer(self.parameters, run.training)
        if self.step > 0:
            moments = {} if run.fresh else run.read("optimizer.safetensors")
            if not moments:
                raise SystemExit(f"{run.folder}: optimizer.safetensors is missing, so training cannot continue from step {self.step}")
            self.optimizer.load(moments, self.step)
        self.precision = lambda: torch.autocast(process.device.type, torch.bfloat16) if bf16 else contextlib.nullcontext()

    def batches(self, until):
        """The batches of the steps from here to `until`."""
        dataset = Batches(self.task, self.run.seed, self.process)
        loader = DataLoader(dataset, batch_size=None, sampler=range(self.step, until), num_workers=self.workers)
        return iter(loader)

    def forward(self, inputs):
        with self.precision():
            return self.model(inputs.to(self.process.device))

    def parts(self, size):
        """Rows of each part of a batch whose gradients are accumulated."""
        edges = [size * i // self.accumulate for i in range(self.accumulate + 1)]
        return [slice(a, b) for a, b in zip(edges, edges[1:])]

    def advance(self, batch):
        """One update. Returns the batch's mean loss before it, and the gradients' norm before clipping."""
        inputs, targets, count = batch
        self.model.train()
        total = torch.zeros((), device=self.process.device)
        parts = self.parts(len(inputs))
        for i, rows in enumerate(parts):
            losses = self.with_sync(i == len(parts) - 1, lambda: self.backward(inputs[rows], targets[rows], count))
            total += losses
        loss = self.process.sum(total).item() / count
        norm = self.optimizer.step(self.step)
        self.step += 1
        return loss, norm

    def with_sync(self, last, job):
        """Runs a part; processes exchange gradients after the last part only."""
        if self.process.count == 1 or self.accumulate == 1:
            return job()
        if self.fsdp:
            self.raw.set_requires_gradient_sync(last)
            return job()
        with contextlib.nullcontext() if last else self.model.no_sync():
            return job()

    def backward(self, inputs, targets, count):
        losses = position_losses(self.forward(inputs), targets.to(self.process.device)).sum()
        # DDP and FSDP average over processes; the batch's loss is a mean over all its targets.
        (losses * (self.process.count / count)).backward()
        return losses.detach()

    @torch.no_grad()
    def evaluation(self, batch):
        """Losses and hits at each position of a batch; each process computes its rows."""
        self.model.eval()
        shape, vectors = batch.targets.shape[:2], batch.targets.ndim == 3
        losses, correct = torch.zeros(shape, device=self.process.device), torch.zeros(shape, device=self.process.device)
        own = self.process.rows(shape[0])
        for part in self.parts(own.stop - own.start):
            rows = slice(own.start + part.start, own.start + part.stop)
            outputs = self.forward(torch.from_numpy(batch.inputs[rows]))
            targets = torch.from_numpy(batch.targets[rows]).to(self.process.device)
            losses[rows] = position_losses(outputs, targets)
            if not vectors:
                correct[rows] = (outputs.argmax(-1) == targets).float()
        losses, correct = (self.process.sum(tensor).cpu().numpy() for tensor in (losses, correct))
        return Evaluation(batch, losses, None if vectors else correct)

    def measure(self):
        """Validation loss and the task's other metrics, under the lab's names."""
        evaluate = lambda batches: [self.evaluation(batch) for batch in batches]
        further = {kind: evaluate(batches) for kind, batches in self.task.further_batches().items()}
        return self.task.metrics(evaluate(self.task.validation_batches()), further)

    def save(self, folder):
        """Writes a checkpoint, which --resume and the lab's page read. A crash leaves the last one."""
        weights, moments = {name: whole(p) for name, p in self.parameters.items()}, self.optimizer.tensors()
        if not self.process.first:
            return
        aside = folder + ".part"
        shutil.rmtree(aside, ignore_errors=True)
        os.makedirs(aside)
        write_safetensors(os.path.join(aside, "model.safetensors"), weights)
        write_safetensors(os.path.join(aside, "optimizer.safetensors"), moments)
        write_json(os.path.join(aside, "config.json"), {**self.run.config, "training": self.run.training, "step": self.step})
        write_json(os.path.join(aside, "experiment.json"), self.experiment)
        shutil.copy(os.path.join(self.run.folder, "vocabulary.json"), aside)
        before = folder + ".before"
        if os.path.exists(folder):
            shutil.rmtree(before, ignore_errors=True)
            os.rename(folder, before)
        os.rename(aside, folder)
        shutil.rmtree(before, ignore_errors=True)


class Log:
    """metrics.jsonl, the terminal, and a tracker if one is named."""

    def __init__(self, folder, run, args):
        self.path, self.quiet = os.path.join(folder, "metrics.jsonl"), args.quiet
        lines = self.lines_before(run.step, run.training["steps"]) if args.resume else []
        self.file = open(self.path, "w", encoding="utf-8")
        self.file.writelines(lines)
        self.tracker = None
        if args.track:
            self.tracker = __import__(args.track)
            self.tracker.init(project="resformer-lab", name=run.config["run"], config={**run.config, **run.experiment})

    def lines_before(self, step, steps):
        """The lines up to `step` updates of `steps`, which an earlier training wrote; later ones are written again."""
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="utf-8") as file:
            lines = [line for line in file if line.endswith("\n")]
        ended = lambda record: step == steps and record["step"] == steps
        before = lambda record: record["step"] < step + (0 if "loss" in record else 1)
        kept = lambda record: ended(record) if record.get("done") else before(record)
        return [line for line in lines if kept(json.loads(line))]

    def write(self, record):
        self.file.write(json.dumps({key: None if value != value else value for key, value in record.items()}) + "\n")
        self.file.flush()
        if self.tracker:
            numbers = {key: value for key, value in record.items() if isinstance(value, float)}
            self.tracker.log(numbers, step=record["step"])

    def say(self, text):
        if not self.quiet:
            print(text, flush=True)

    def close(self):
        self.file.close()
        if self.tracker:
            self.tracker.finish()


def train(trainer, args, out):
    """Trains to the end of the schedule, or to --until. Returns the exit code."""
    run, process, every = trainer.run, trainer.process, trainer.experiment["validateEvery"]
    steps = run.training["steps"]
    until = min(steps, args.until) if args.until is not None else steps
    checkpoint = os.path.join(out, "checkpoint")
    log = Log(out, run, args) if process.first else None
    name, method = run.config["run"], run.experiment["methods"][0]
    tokens = trainer.experiment["batchSize"] * trainer.experiment["sequenceLength"]
    if log:
        size = sum(p.numel() for p in trainer.parameters.values())
        log.say(f"{name}: {size:,} parameters, steps {trainer.step} to {until}, {process.count} x {process.device.type}")
    loss, metrics, started, first = math.nan, {}, time.time(), trainer.step
    for batch in trainer.batches(until):
        rate = learning_rate_at(run.training, trainer.step)
        loss, norm = trainer.advance(batch)
        step = trainer.step
        if log:
            speed = tokens * (step - first) / (time.time() - started)
            log.write({"run": name, "method": method, "seed": run.seed, "step": step - 1, "loss": loss, "gradNorm": norm,
                       "learningRate": rate, "tokensPerSecond": speed})  # fmt: skip
        if not math.isfinite(loss) or not math.isfinite(norm):
            if log:
                log.write({"run": name, "diverged": True, "step": step - 1})
                log.say(f"step {step - 1}: the loss or the gradient norm is not finite")
                log.close()
            return 1
        if step == steps or (every and step % every == 0):
            metrics = trainer.measure()
            if log:
                log.write({"run": name, "step": step, **metrics})
                log.say(f"step {step}: loss {loss:.4f}, validation loss {metrics['validationLoss']:.4f}, {speed:,.0f} tokens/s")
        if step == until or step % args.save_every == 0:
            trainer.save(checkpoint)
    if log:
        if trainer.step == steps and not math.isnan(loss):
            size = sum(p.numel() for p in trainer.parameters.values())
            log.write({"run": name, "done": True, "step": steps, "parameters": size, "steps": steps, "finalLoss": loss, **metrics})
        log.say(f"{os.path.join(out, 'metrics.jsonl')} and {checkpoint}/")
        log.close()
    return 0


def read_arguments():
    parser = argparse.ArgumentParser(description="Trains a run of ResFormer Lab.")
    parser.add_argument("run", nargs="?", help="the run's folder (default: the only one here)")
    parser.add_argument("--out", help="folder for metrics.jsonl and checkpoint/ (default: out in the run's folder)")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint, if there is one")
    parser.add_argument("--until", type=int, metavar="STEP", help="stop there with a checkpoint; the schedule stays")
    parser.add_argument("--save-every", type=int, default=1000, metavar="STEPS", help="steps between checkpoints (default: 1000)")
    parser.add_argument("--device", choices=["cpu", "cuda", "mps"], help="default: cuda, else mps, else cpu")
    parser.add_argument("--accumulate", type=int, metavar="PARTS", help="parts of a batch per process (default: the experiment's micro-batches)")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes that draw batches ahead (default: 0)")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 where autocast does")
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    parser.add_argument("--fsdp", action="store_true", help="FSDP2 instead of DDP (PyTorch 2.4 or later)")
    parser.add_argument("--track", choices=["wandb", "trackio"], help="also log there; the package must be installed")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    sizes = parser.add_argument_group("sizes (weights are then new)")
    for name in SIZES:
        sizes.add_argument(f"--{name}", type=int)
    sizes.add_argument("--seed", type=int)
    training = parser.add_argument_group("data and training")
    training.add_argument("--data", help="folder with another train.bin and val.bin; give --vocab-size too")
    training.add_argument("--sequence-length", type=int)
    training.add_argument("--batch-size", type=int, help="sequences in a step, of all processes together")
    for name, kind in TRAINING.items():
        choices = {"schedule": ["cosine", "constant"], "optimizer": ["adamw", "sgd", "muon"]}.get(name)
        training.add_argument(f"--{name}", type=kind, choices=choices)
    return parser.parse_args()


def main():
    args = read_arguments()
    runs = [os.path.abspath(args.run)] if args.run else find_runs()
    if len(runs) != 1:
        raise SystemExit(f"name one of the runs: {', '.join(os.path.relpath(run) for run in runs)}")
    out = os.path.abspath(args.out or os.path.join(runs[0], "out"))
    checkpoint = os.path.join(out, "checkpoint")
    # A crash while a checkpoint was replaced leaves the one before.
    kept = [folder for folder in (checkpoint, checkpoint + ".before") if args.resume and os.path.exists(folder)]
    run = RunFiles((kept + runs)[0], runs[0])
    run.change(args)
    os.makedirs(out, exist_ok=True)
    process = Process(args.device)
    trainer = Trainer(run, process, args.bf16, args.compile, args.fsdp, args.accumulate, args.workers)
    code = train(trainer, args, out)
    process.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
