"""The tasks of ResFormer Lab: the same sequences as in the browser, number for number.

The batch of a step depends on the seed and the step alone, so the number of processes and a resume change nothing.
Positions count from 0. A target of -100 has no loss. Formulas: docs/METHODS.md section 4 of the lab.
"""
import json
import math
import os
import struct
from collections import namedtuple

import numpy as np

IGNORED = -100
MASK32 = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF

# inputs, targets: int64 [B, T], or float32 [B, T, n] if the model reads vectors; classes: uint8 [B, T] or None.
Batch = namedtuple("Batch", "inputs targets classes", defaults=(None,))
# A batch with a model's loss at each position [B, T], and True where the target had the largest logit, or None.
Evaluation = namedtuple("Evaluation", "batch losses correct")


# -- Random numbers ---------------------------------------------------------------------------------------------------


def murmur3(words, seed):
    """MurmurHash3 of 32-bit words (Austin Appleby, public domain)."""
    h = seed
    for word in words:
        k = word * 0xCC9E2D51 & MASK32
        k = (k << 15 | k >> 17) & MASK32
        h ^= k * 0x1B873593 & MASK32
        h = (h << 13 | h >> 19) & MASK32
        h = (h * 5 + 0xE6546B64) & MASK32
    h ^= len(words) * 4
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK32
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK32
    return h ^ h >> 16


class Stream:
    """An independent generator for every combination of a seed and keys: xoroshiro128+ from a hash of them."""

    def __init__(self, *keys):
        words = []
        for key in keys:
            if isinstance(key, str):
                words += [2, len(key), *map(ord, key)]
            else:
                words += [1, *struct.unpack("<II", struct.pack("<d", key))]
        # The first digits of pi start the four hashes that make up the state.
        a, b, c, d = (murmur3(words, start) for start in (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344))
        if not (a or b or c or d):
            a = 1
        self.s0, self.s1 = a << 32 | b, c << 32 | d

    def next(self):
        """The next 32 bits."""
        s0, s1 = self.s0, self.s1
        a = s0 ^ s1
        self.s0 = (s0 << 24 | s0 >> 40) & MASK64 ^ a ^ (a << 16) & MASK64
        self.s1 = (a << 37 | a >> 27) & MASK64
        return s0 + s1 & MASK32

    def uniform(self):
        """Uniform in [0, 1), 53 bits."""
        high = self.next() & 0x3FFFFFF
        return high * 2.0**-26 + (self.next() & 0x7FFFFFF) * 2.0**-53

    def integer(self, n):
        """Uniform over 0, 1, ..., n - 1, without bias."""
        limit = (2**32 // n) * n if n > 2 else 2**32
        while True:
            drawn = self.next() ^ 0x80000000
            if drawn < limit:
                return drawn % n


class AliasTable:
    """Draws from a finite distribution in constant time: A. J. Walker's alias method with Vose's construction."""

    def __init__(self, weights):
        n, total = len(weights), 0.0
        for weight in weights:
            total += weight
        self.threshold, self.alias = [1.0] * n, list(range(n))
        scaled = [weight * n / total for weight in weights]
        small = [i for i in range(n) if scaled[i] < 1]
        large = [i for i in range(n) if scaled[i] >= 1]
        while small and large:
            low, high = small.pop(), large[-1]
            self.threshold[low], self.alias[low] = scaled[low], high
            scaled[high] -= 1 - scaled[low]
            if scaled[high] < 1:
                small.append(large.pop())
        # The remaining columns are full except for rounding, but an outcome of weight 0 must never be drawn.
        for i in small:
            if weights[i] <= 0:
                self.threshold[i], self.alias[i] = 0.0, weights.index(max(weights))

    def sample(self, random):
        position = random.uniform() * len(self.threshold)
        column = int(position)
        return column if position - column < self.threshold[column] else self.alias[column]


# -- Metrics ----------------------------------------------------------------------------------------------------------


def mean_over(name, evaluations, pick):
    """{name: mean} of the numbers that `pick` takes from each evaluation; {} if there are none."""
    numbers = [np.asarray(pick(evaluation), np.float64).ravel() for evaluation in evaluations]
    numbers = np.concatenate(numbers) if numbers else np.empty(0)
    return {name: float(numbers.mean())} if numbers.size else {}


def answered(e):
    return e.batch.targets != IGNORED


def answer_metrics(evaluations, loss="validationLoss", accuracy="accuracy"):
    """Mean loss and accuracy over the positions with a target."""
    return {
        **mean_over(loss, evaluations, lambda e: e.losses[answered(e)]),
        **mean_over(accuracy, evaluations, lambda e: e.correct[answered(e)]),
    }


# -- Tasks ------------------------------------------------------------------------------------------------------------


class Task:
    """A task whose sequences are drawn independently from one distribution. Evaluation is the same for all seeds."""

    def __init__(self, experiment, vocabulary_size):
        self.experiment, self.vocabulary_size = experiment, vocabulary_size
        self.batch_size, self.length = experiment["batchSize"], experiment["sequenceLength"]

    def draw(self, random, inputs, targets, held_out):
        """Fills `inputs` [T] (zeros before) and `targets` [T] (-100 before) with a sequence and its answers."""
        raise NotImplementedError

    def draw_batch(self, random, held_out=True):
        inputs = np.zeros((self.batch_size, self.length), np.int64)
        targets = np.full_like(inputs, IGNORED)
        for row in range(self.batch_size):
            self.draw(random, inputs[row], targets[row], held_out)
        return Batch(inputs, targets)

    def training_batch(self, seed, step):
        """The batch of `step` (from 0) of every run with `seed`."""
        return self.draw_batch(Stream(seed, "batch", step), False)

    def validation_batch(self, index):
        return self.draw_batch(Stream(0, "validation", index))

    def validation_batches(self):
        return [self.validation_batch(index) for index in range(self.experiment["validationBatches"])]

    def further_batches(self):
        """Batches of other kinds that the metrics need, by kind."""
        return {}

    def metrics(self, validation, further):
        """The task's numbers from evaluations of `validation_batches` and of `further_batches`."""
        return answer_metrics(validation)


def write_sequence(sequence, answer, inputs, targets):
    """As much of `sequence` as fits. Its tokens from `answer` on are the targets of the tokens before them."""
    count = min(len(sequence), len(inputs))
    inputs[:count] = sequence[:count]
    targets[answer - 1 : len(sequence) - 1] = sequence[answer:]


class Text(Task):
    """The next token of a text, whose last tenth is held out."""

    def __init__(self, experiment, train, held, vocabulary_size):
        super().__init__(experiment, vocabulary_size)
        self.train, self.held = train, held
        for name, tokens in (("train", train), ("val", held)):
            if len(tokens) < self.length + 1:
                raise SystemExit(f"{name}.bin has {len(tokens)} tokens, fewer than a sequence of {self.length} and its last target")

    def windows(self, tokens, starts):
        rows = np.stack([tokens[start : start + self.length + 1] for start in starts]).astype(np.int64)
        return Batch(rows[:, :-1], rows[:, 1:].copy())

    def training_batch(self, seed, step):
        random = Stream(seed, "batch", step)
        return self.windows(self.train, [random.integer(len(self.train) - self.length) for _ in range(self.batch_size)])

    def validation_batch(self, index):
        # Row r of batch i is window r*n + i of all n*B evenly spaced ones, so that each batch spans the whole tail.
        batches, last = self.experiment["validationBatches"], len(self.held) - self.length - 1
        places = [row * batches + index for row in range(self.batch_size)]
        return self.windows(self.held, [last * place // max(1, batches * self.batch_size - 1) for place in places])

    def further_batches(self):
        """Held-out passages of T/2 tokens, each twice; only what the passage predicts has a target."""
        batches, half = [], self.length // 2
        for index in range(min(2, self.experiment["validationBatches"])):
            inputs, targets, _ = self.validation_batch(index)
            inputs[:, half : 2 * half] = inputs[:, :half]
            inputs[:, 2 * half :] = inputs[:, :1]
            targets[:, half - 1 :] = IGNORED
            targets[:, half : 2 * half - 1] = targets[:, : half - 1]
            batches.append(Batch(inputs, targets))
        return {"repeated": batches}

    def metrics(self, validation, further):
        half, repeated = self.length // 2, further["repeated"]
        first = lambda e: e.losses[:, : half - 1]
        second = lambda e: e.losses[:, half : 2 * half - 1]
        return {
            **mean_over("validationLoss", validation, lambda e: e.losses),
            **mean_over("firstShowingLoss", repeated, first),
            **mean_over("secondShowingLoss", repeated, second),
            **mean_over("inductionDifference", repeated, lambda e: second(e).astype(np.float64) - first(e)),
        }


class Backcopy(Task):
    """Bigram-Backcopy: characters follow a text's bigrams, but after a trigger the character before it is repeated.

    x_0 = <s>; x_1 ~ unigram without triggers; x_{t+1} = x_{t-1} if x_t is a trigger, else x_{t+1} ~ P[x_t].
    """

    START, NON_TRIGGER, TRIGGER = range(3)

    def __init__(self, experiment, tokens, vocabulary):
        size = len(vocabulary)
        super().__init__(experiment, size)
        counts = np.bincount(tokens, minlength=size)
        pairs = np.bincount(tokens[:-1] * size + tokens[1:], minlength=size * size).reshape(size, size)
        # Nothing follows a character that occurs only at the end: its P is the frequencies of the whole text.
        rows = [row if row.sum() else counts for row in pairs]
        self.successors = [np.flatnonzero(row).tolist() for row in rows]
        probabilities = [[int(row[y]) / int(row.sum()) for y in ys] for row, ys in zip(rows, self.successors)]
        self.entropy = np.array([-sum(p * math.log(p) for p in row) for row in probabilities])
        self.next = [AliasTable(row) for row in probabilities]
        chosen = [vocabulary.index(character) for character in experiment["triggerCharacters"]]
        self.triggers = set(chosen or sorted(range(1, size), key=lambda i: (-counts[i], i))[: experiment["triggers"]])
        self.first = AliasTable([0 if i in self.triggers else int(count) for i, count in enumerate(counts)])

    def draw_batch(self, random, held_out=True):
        inputs = np.zeros((self.batch_size, self.length), np.int64)
        targets, classes = np.zeros_like(inputs), np.zeros(inputs.shape, np.uint8)
        for row in range(self.batch_size):
            before = token = 0
            for t in range(self.length):
                if t == 0:
                    kind, following = self.START, self.first.sample(random)
                elif token in self.triggers:
                    kind, following = self.TRIGGER, before
                else:
                    kind, following = self.NON_TRIGGER, self.successors[token][self.next[token].sample(random)]
                inputs[row, t], targets[row, t], classes[row, t] = token, following, kind
                before, token = token, following
        return Batch(inputs, targets, classes)

    def metrics(self, validation, further):
        where = lambda kind: lambda e: e.losses[e.batch.classes == kind]
        triggers = lambda e: e.batch.classes == self.TRIGGER
        others = lambda e: e.batch.inputs[e.batch.classes == self.NON_TRIGGER]
        return {
            **mean_over("validationLoss", validation, lambda e: e.losses),
            **mean_over("triggerLoss", validation, where(self.TRIGGER)),
            **mean_over("nonTriggerLoss", validation, where(self.NON_TRIGGER)),
            **mean_over("triggerOptimum", validation, lambda e: np.zeros(triggers(e).sum())),
            **mean_over("nonTriggerOptimum", validation, lambda e: self.entropy[others(e)]),
        }


class Mqar(Task):
    """Multi-query associative recall: N key-value pairs, then each key once more in some later slot.

    Slots are drawn without replacement, slot g (from 1) with weight g^(0.01 - 1). The target is the key's value.
    """

    def __init__(self, experiment, vocabulary_size):
        super().__init__(experiment, vocabulary_size)
        self.pairs = experiment["pairs"]
        self.weights = [(slot + 1) ** (0.01 - 1) for slot in range((self.length - 2 * self.pairs) // 2)]

    @staticmethod
    def distinct(random, n, count):
        """`count` distinct numbers below n: a partial Fisher-Yates shuffle."""
        numbers = list(range(n))
        for i in range(count):
            j = i + random.integer(n - i)
            numbers[i], numbers[j] = numbers[j], numbers[i]
        return numbers[:count]

    def draw(self, random, inputs, targets, held_out):
        first_value, context = self.vocabulary_size // 2, 2 * self.pairs
        keys = [1 + key for key in self.distinct(random, first_value - 1, self.pairs)]
        values = [first_value + value for value in self.distinct(random, self.vocabulary_size - first_value, self.pairs)]
        # The smallest of exponential variables with these rates (Efraimidis and Spirakis, 2006).
        times = [-math.log(1 - random.uniform()) / weight for weight in self.weights]
        slots = sorted(range(len(times)), key=lambda slot: (times[slot], slot))
        for t in range(context, self.length):
            inputs[t] = random.integer(self.vocabulary_size)
        for i, (key, value) in enumerate(zip(keys, values)):
            query = context + 2 * slots[i]
            inputs[2 * i], inputs[2 * i + 1], inputs[query] = key, value, key
            targets[query] = value


class Induction(Task):
    """<s>, r = T/2 random tokens, and the same r again; loss on the repetition."""

    def draw(self, random, inputs, targets, held_out):
        half = self.length // 2
        given = [1 + random.integer(self.vocabulary_size - 1) for _ in range(half)]
        write_sequence([0, *given, *given], half + 1, inputs, targets)


class Passages(Task):
    """<s>, a passage of T/2 characters of the book, and the same passage again; loss at all positions."""

    def __init__(self, experiment, train, held, vocabulary_size):
        super().__init__(experiment, vocabulary_size)
        self.train, self.held = train, held

    def draw(self, random, inputs, targets, held_out):
        half, tokens = self.length // 2, self.held if held_out else self.train
        start = random.integer(len(tokens) - half + 1)
        given = tokens[start : start + half].tolist()
        write_sequence([0, *given, *given], 1, inputs, targets)


class Rearrangement(Task):
    """<s> x_1 ... x_n -> y_1 ... y_n, where y is x itself, x backwards or x sorted; loss on y."""

    def __init__(self, experiment, vocabulary_size, answer):
        super().__init__(experiment, vocabulary_size)
        self.answer = answer

    def draw(self, random, inputs, targets, held_out):
        length = (self.length - 1) // 2
        given = [2 + random.integer(self.vocabulary_size - 2) for _ in range(length)]
        write_sequence([0, *given, 1, *self.answer(given)], length + 2, inputs, targets)


def backwards(given):
    return given[::-1]


class ModularAddition(Task):
    """(a, b, =) -> (a + b) mod p. Training uses a fixed share of the p^2 sums."""

    def __init__(self, experiment, vocabulary_size):
        super().__init__(experiment, vocabulary_size)
        self.modulus = experiment["modulus"]
        sums, random = list(range(self.modulus**2)), Stream(0, "split", self.modulus)
        for i in range(len(sums) - 1, 0, -1):
            j = random.integer(i + 1)
            sums[i], sums[j] = sums[j], sums[i]
        count = min(len(sums) - 1, max(1, math.floor(experiment["trainFraction"] * len(sums) + 0.5)))
        self.trained, self.held = sums[:count], sums[count:]

    def batch(self, sums, start=0):
        """The batch of sums from `start`. Rows past the end repeat the first sums, without a target."""
        inputs = np.zeros((self.batch_size, 3), np.int64)
        targets = np.full_like(inputs, IGNORED)
        for row in range(self.batch_size):
            a, b = divmod(sums[(start + row) % len(sums)], self.modulus)
            inputs[row] = a, b, self.modulus
            if start + row < len(sums):
                targets[row, 2] = (a + b) % self.modulus
        return Batch(inputs, targets)

    def training_batch(self, seed, step):
        random = Stream(seed, "batch", step)
        return self.batch([self.trained[random.integer(len(self.trained))] for _ in range(self.batch_size)])

    def validation_batch(self, index):
        return self.batch(self.held, index * self.batch_size)

    def further_batches(self):
        count = min(self.experiment["validationBatches"], math.ceil(len(self.trained) / self.batch_size))
        return {"training": [self.batch(self.trained, index * self.batch_size) for index in range(count)]}

    def metrics(self, validation, further):
        return {**answer_metrics(validation), **answer_metrics(further["training"], "trainingLoss", "trainingAccuracy")}


class TriggerConditional(Task):
    """Vectors with one trigger at position j; the answer there is the mean of the vectors 2..j, and 0 elsewhere."""

    SIZE = 16
    START, NON_TRIGGER, TRIGGER = range(3)

    def draw_batch(self, random, held_out=True):
        inputs = np.zeros((self.batch_size, self.length, self.SIZE), np.float32)
        targets, classes = np.zeros_like(inputs), np.zeros(inputs.shape[:2], np.uint8)
        for row in range(self.batch_size):
            trigger, total = 2 + random.integer(self.length - 2), np.zeros(self.SIZE)
            inputs[row, 0, 0] = 1
            for t in range(1, self.length):
                x = inputs[row, t]
                classes[row, t] = self.TRIGGER if t == trigger else self.NON_TRIGGER
                x[1 if t == trigger else self.SIZE - 1] = 1
                x[2:-1] = [2 * random.uniform() - 1 for _ in range(self.SIZE - 3)]
                if t <= trigger:
                    total += x
            targets[row, trigger] = total / trigger
        return Batch(inputs, targets, classes)

    def metrics(self, validation, further):
        return {
            **mean_over("validationLoss", validation, lambda e: e.losses),
            **mean_over("triggerError", validation, lambda e: e.losses[e.batch.classes == self.TRIGGER]),
            **mean_over("nonTriggerError", validation, lambda e: e.losses[e.batch.classes != self.TRIGGER]),
        }


def read_tokens(folders, name, dtype):
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return np.memmap(path, dtype, "r")
    raise SystemExit(f"{name} is missing: looked in {' and '.join(folders)}")


def load_task(experiment, folders, vocabulary, vocabulary_size):
    """The task of an experiment. `vocabulary`: the text of each token; `vocabulary_size`: V of the model, 0 if it reads vectors.

    If the task needs a text, train.bin and val.bin are read from the first of `folders` that has them. They hold tokens as
    unsigned little-endian numbers of 2 bytes, or of 4 if there are more than 65,536.
    """
    name, size = experiment["task"], vocabulary_size
    dtype = "<u2" if size <= 65536 else "<u4"
    text = lambda: [read_tokens(folders, file, dtype) for file in ("train.bin", "val.bin")]
    if name in ("text", "own-text"):
        return Text(experiment, *text(), size)
    if name == "backcopy":
        return Backcopy(experiment, np.concatenate(text()).astype(np.int64), vocabulary)
    if name == "induction" and experiment["passage"] == "book":
        return Passages(experiment, *text(), size)
    answers = {"copy": list, "reverse": backwards, "sort": sorted}
    if name in answers:
        return Rearrangement(experiment, size, answers[name])
    plain = {"mqar": Mqar, "induction": Induction, "modular-addition": ModularAddition, "trigger-conditional": TriggerConditional}
    return plain[name](experiment, size)


def load_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)
