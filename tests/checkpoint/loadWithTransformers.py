"""Loads a folder that the lab exported with Hugging Face's transformers, and compares its loss with the lab's.

    npm run -s lab -- export EXPERIMENT --out DIR --steps N
    npm run -s lab -- replay DIR --json > losses.jsonl
    python3 loadWithTransformers.py DIR losses.jsonl [--save OUT]

A model that is a Llama must load with every tensor at its place, and have the lab's first loss on the first batch to 1e-4. Any other
model must be refused. --save OUT writes it again with save_pretrained, for the lab to read.
Exit codes: 0 success or transformers is not installed, which is said; 1 otherwise.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

TOLERANCE = 1e-4
# Files of the lab that transformers does not write.
OWN_FILES = ["vocabulary.json", "batches.safetensors"]


def first_loss(path):
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if "loss" in row:
            return row["loss"]
    sys.exit(f"{path}: no line has a loss")


def refused(folder, transformers):
    """True if transformers does not know the model's type."""
    try:
        transformers.AutoConfig.from_pretrained(folder)
    except ValueError as error:
        print(f"{folder}: refused, as it must be: {str(error).splitlines()[0][:120]}")
        return True
    return False


def load(folder, torch, transformers):
    model, report = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert type(model).__name__ == "LlamaForCausalLM", type(model).__name__
    for key in ["missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"]:
        assert not report.get(key), f"{folder}: {key}: {report[key]}"
    return model.eval()


def loss_of(model, folder, torch):
    from safetensors.torch import load_file

    batches = load_file(folder / "batches.safetensors")
    inputs, targets = (batches[name][0].long() for name in ["inputs", "targets"])
    with torch.no_grad():
        logits = model(input_ids=inputs).logits.double()
    # The targets are the next tokens already; -100 is ignored.
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("losses", type=Path, nargs="?")
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    try:
        import torch
        import transformers
    except ImportError as error:
        print(f"skipped: {error}")
        return 0

    config = json.loads((args.folder / "config.json").read_text())
    if config["model_type"] != "llama":
        assert config["architectures"] != ["LlamaForCausalLM"], config["architectures"]
        return 0 if refused(args.folder, transformers) else 1

    model = load(args.folder, torch, transformers)
    print(f"{args.folder}: {sum(p.numel() for p in model.parameters())} parameters loaded by transformers {transformers.__version__}")
    if args.save:
        model.save_pretrained(args.save)
        for name in OWN_FILES:
            shutil.copy(args.folder / name, args.save / name)
    if not args.losses:
        return 0
    found, wanted = loss_of(model, args.folder, torch), first_loss(args.losses)
    print(f"loss {found:.7f}, the lab's {wanted:.7f}, difference {abs(found - wanted):.1e}")
    return 0 if abs(found - wanted) < TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
