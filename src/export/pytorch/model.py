"""The models of ResFormer Lab in plain PyTorch: a Llama-like decoder and every method of the catalogue.

Layers n = 0..L-1 in code, 1..L in formulas. Letters: B sequences, T positions, d channels, H query heads, G key-value
heads of dh = d/H channels. Formulas: docs/METHODS.md sections 1 and 2 of the lab. Parameters have Hugging Face Llama's names.
A configuration is the lab's config.json.
"""
import math
import zlib

import torch
import torch.nn as nn
import torch.nn.functional as F

IGNORED = -100


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotary(length, size, theta, device):
    """cos and sin of the angles, [T, dh] each."""
    inverse = 1.0 / theta ** (torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * inverse
    angles = torch.cat([angles, angles], -1)
    return angles.cos().float().to(device), angles.sin().float().to(device)


def rotate(x, tables):
    """RoPE, which pairs channel i with channel i + dh/2. x [B, heads, T, dh]."""
    cos, sin = tables
    first, second = x.chunk(2, -1)
    return (x * cos + torch.cat([-second, first], -1) * sin).to(x.dtype)


def attend(q, k, v, sinks=None):
    """Causal attention: softmax(q k^T / sqrt(dh)) v. q [B, H, T, dh]; k, v [B, H, P*T, dh], where P blocks of keys are each causal.

    `sinks` [H] adds one logit per head to the softmax, to which no value belongs.
    """
    length = q.shape[-2]
    if sinks is None and k.shape[-2] == length and hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    causal = torch.ones(length, length, dtype=torch.bool, device=q.device).tril().repeat(1, k.shape[-2] // length)
    logits = (q @ k.transpose(-1, -2)).float() / math.sqrt(q.shape[-1])
    logits = logits.masked_fill(~causal, float("-inf"))
    if sinks is not None:
        logits = torch.cat([logits, sinks.float().view(1, -1, 1, 1).expand(*logits.shape[:3], 1)], -1)
    return logits.softmax(-1)[..., : k.shape[-2]].to(v.dtype) @ v


class Settings:
    """A configuration with its defaults."""

    def __init__(self, config):
        scheme = config.get("value_scheme") or {"name": "own"}
        self.layers, self.hidden, self.heads = (config[k] for k in ("num_hidden_layers", "hidden_size", "num_attention_heads"))
        self.intermediate, self.vocabulary, self.vector = config["intermediate_size"], config["vocab_size"], config.get("vector_size")
        self.kv_heads = config.get("num_key_value_heads") or self.heads
        self.head = self.hidden // self.heads
        self.eps, self.theta = config["rms_norm_eps"], config["rope_theta"]
        self.tied = config.get("tie_word_embeddings", False)
        self.scheme, self.form = scheme["name"], scheme.get("form")
        self.lambdas, self.neutreno = scheme.get("lambdas"), scheme.get("lambda")
        self.kv_sharing = config.get("kv_sharing") or 1
        self.depth_weights = config.get("depth_weighted_average", False)
        self.residual = config.get("ablation_residual")
        self.value_embedding, self.qk_norm = config.get("value_embedding", False), config.get("qk_norm", False)
        self.sink, self.gate = config.get("attention_sink"), config.get("attention_gate")


class Past:
    """What later layers read of earlier ones. q, k before RoPE and values v are [B, T, heads*dh]."""

    def __init__(self, tokens, tables):
        self.tokens, self.tables = tokens, tables
        self.q, self.k, self.v = [], [], []
        self.first = None  # rotated queries, rotated keys and values of layer 1, per query head
        self.plus = None  # lambda_1 of layers 2..L in ResFormer's form plus


class Attention(nn.Module):
    def __init__(self, s, n):
        super().__init__()
        self.s, self.n = s, n
        self.leader = n - n % s.kv_sharing  # CLA: the layer whose K and V this one reads
        width = s.kv_heads * s.head
        self.q_proj = nn.Linear(s.hidden, s.hidden, bias=False)
        if self.leader == n:
            self.k_proj = nn.Linear(s.hidden, width, bias=False)
            rows = 0 if s.scheme == "svformer" and n > 0 else width
            if s.scheme == "skipv1" and n > 0:
                rows = (s.kv_heads - s.kv_heads // 2) * s.head
            if rows:
                self.v_proj = nn.Linear(s.hidden, rows, bias=False)
                if s.value_embedding:
                    self.value_embed = nn.Embedding(s.vocabulary, rows)
                    self.value_embed_lambda = nn.Parameter(torch.tensor([0.5, 0.5]))
        if s.qk_norm:
            self.q_norm = RMSNorm(s.head, s.eps)
            if self.leader == n:
                self.k_norm = RMSNorm(s.head, s.eps)
        if s.sink == "learned":
            self.sinks = nn.Parameter(torch.zeros(s.heads))
        if s.gate:
            self.gate_proj = nn.Linear(s.hidden, s.heads if s.gate == "head" else s.hidden, bias=False)
        self.o_proj = nn.Linear(s.hidden, s.hidden, bias=False)
        if n > 0 and s.form == "learnable":
            self.value_lambda = nn.Parameter(torch.tensor([0.5, 0.5]))
        if n > 0 and s.form == "plus":
            self.value_lambda = nn.Parameter(torch.tensor([0.5]))
            self.value_logit = nn.Parameter(torch.tensor([0.3 * n]))
        if n > 0 and s.form == "dense":
            self.value_lambda = nn.Parameter(torch.tensor([0.5, *[0.0] * (n - 1), 0.5]))

    def split(self, x):
        """[B, T, heads*dh] -> [B, heads, T, dh]"""
        return x.view(*x.shape[:2], -1, self.s.head).transpose(1, 2)

    def per_query_head(self, x):
        """GQA: query head i reads key-value head i*G/H. x [B, G, T, dh]."""
        return x.repeat_interleave(self.s.heads // self.s.kv_heads, 1)

    def normed(self, x, norm):
        return norm(x.view(*x.shape[:2], -1, self.s.head)).view(x.shape).to(x.dtype)

    def keys(self, x):
        k = self.k_proj(x)
        return self.normed(k, self.k_norm) if self.s.qk_norm else k

    def values(self, x, past):
        """V_n, what this layer projects itself; SVFormer and SkipV1Former take all or half of it from layer 1."""
        s, n = self.s, self.n
        if s.scheme == "svformer" and n > 0:
            return past.v[0]
        v = self.v_proj(x)
        if s.value_embedding:  # V_n <- lambda_1 E_n[token] + lambda_2 V_n
            first, second = self.value_embed_lambda
            v = first * self.value_embed(past.tokens) + second * v
        if s.scheme == "skipv1" and n > 0:
            v = torch.cat([v, past.v[0][..., v.shape[-1] :]], -1)
        return v

    def mixed(self, past):
        """V'_n = lambda_1 V_1 + lambda_2 V_n of ResFormer; V_n itself in other schemes and in layer 1."""
        s, n, v = self.s, self.n, past.v
        if n == 0 or s.form is None:
            return v[n]
        if s.form == "dense":  # sum over i <= n of lambda_i V_i
            return sum(weight * value for weight, value in zip(self.value_lambda, v))
        if s.form == "plus":  # lambda_1 = s * softmax over layers 2..L of the logits
            first, second = past.plus[n - 1], self.value_lambda
        elif s.form == "learnable":
            first, second = self.value_lambda
        else:
            first, second = s.lambdas[n]
        return first * v[0] + second * v[n]

    def forward(self, x, past):
        s, n = self.s, self.n
        q = self.q_proj(x)
        past.q.append(self.normed(q, self.q_norm) if s.qk_norm else q)
        past.k.append(self.keys(x) if self.leader == n else past.k[self.leader])
        past.v.append(self.values(x, past) if self.leader == n else past.v[self.leader])
        q, k, mixed = past.q[n], past.k[n], self.mixed(past)
        if n > 0 and s.residual == "query":
            q = 0.5 * past.q[0] + 0.5 * q
        if n > 0 and s.residual == "key":
            k = 0.5 * past.k[0] + 0.5 * k
        q, k = rotate(self.split(q), past.tables), self.per_query_head(rotate(self.split(k), past.tables))
        v = self.per_query_head(self.split(mixed.to(q.dtype)))
        past.first = past.first or (q, k, v)
        first_q, first_k, first_v = past.first
        sinks = self.sinks if s.sink == "learned" else q.new_zeros(s.heads) if s.sink == "zero" else None
        if s.scheme == "cross-layer" and n > 0:
            u = attend(q, torch.cat([k, first_k], -2), torch.cat([v, first_v], -2), sinks)
        elif s.residual == "attention" and n > 0:  # (A_1/2 + A_n/2) V
            u = 0.5 * attend(first_q, first_k, v, sinks) + 0.5 * attend(q, k, v, sinks)
        else:
            u = attend(q, k, v, sinks)
        if s.neutreno is not None and n > 0:  # NeuTRENO: U = A_n V'_n + lambda (V_1 - V'_n)
            u = u + s.neutreno * (first_v - v)
        if s.gate == "element":
            u = u * torch.sigmoid(self.split(self.gate_proj(x)))
        if s.gate == "head":
            u = u * torch.sigmoid(self.gate_proj(x)).transpose(1, 2).unsqueeze(-1)
        return self.o_proj(u.transpose(1, 2).reshape(x.shape))


class SwiGLU(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.gate_proj = nn.Linear(s.hidden, s.intermediate, bias=False)
        self.up_proj = nn.Linear(s.hidden, s.intermediate, bias=False)
        self.down_proj = nn.Linear(s.intermediate, s.hidden, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, s, n):
        super().__init__()
        self.input_layernorm = RMSNorm(s.hidden, s.eps)
        self.self_attn = Attention(s, n)
        self.post_attention_layernorm = RMSNorm(s.hidden, s.eps)
        self.mlp = SwiGLU(s)
        if s.depth_weights:
            self.depth_weights = nn.Parameter(torch.tensor([0.0] * (n + 1) + [1.0]))

    def forward(self, h, past):
        h = h + self.self_attn(self.input_layernorm(h), past)
        return h + self.mlp(self.post_attention_layernorm(h))


class Decoder(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        if s.vector:
            self.input = nn.Linear(s.vector, s.hidden, bias=False)
            self.output = nn.Linear(s.hidden, s.vector, bias=False)
        else:
            self.embed_tokens = nn.Embedding(s.vocabulary, s.hidden)
        self.layers = nn.ModuleList(Layer(s, n) for n in range(s.layers))
        self.norm = RMSNorm(s.hidden, s.eps)
        if s.form == "plus" and s.layers > 1:
            self.value_scale = nn.Parameter(torch.tensor([float(s.layers)]))

    def forward(self, source):
        s = self.s
        h = self.input(source) if s.vector else self.embed_tokens(source)
        past = Past(None if s.vector else source, rotary(source.shape[1], s.head, s.theta, source.device))
        if s.form == "plus" and s.layers > 1:
            past.plus = self.value_scale * torch.cat([layer.self_attn.value_logit for layer in self.layers[1:]]).softmax(0)
        outputs = [h]
        for layer in self.layers:
            h = layer(h, past)
            if s.residual == "hidden":  # h <- h_0/2 + h/2
                h = 0.5 * outputs[0] + 0.5 * h
            outputs.append(h)
            if s.depth_weights:  # DenseFormer: the next block reads sum over j of alpha_j X_j
                h = sum(weight * output for weight, output in zip(layer.depth_weights, outputs))
        return self.norm(h)


class Model(nn.Module):
    """Tokens [B, T] -> logits [B, T, V], or vectors [B, T, n] -> vectors."""

    def __init__(self, config):
        super().__init__()
        self.settings = s = Settings(config)
        self.model = Decoder(s)
        if not s.vector and not s.tied:
            self.lm_head = nn.Linear(s.hidden, s.vocabulary, bias=False)

    def forward(self, source):
        h, s = self.model(source), self.settings
        if s.vector:
            return self.model.output(h)
        return F.linear(h, self.model.embed_tokens.weight) if s.tied else self.lm_head(h)


def position_losses(outputs, targets):
    """Loss of each position [B, T]: cross-entropy in nats, 0 without a target, or the mean squared error of a vector."""
    outputs = outputs.float()
    if targets.is_floating_point():
        return (outputs - targets).pow(2).mean(-1)
    return F.cross_entropy(outputs.transpose(1, 2), targets, ignore_index=IGNORED, reduction="none")


def fixed_lambdas(scheme, layers):
    """`lambdas` of ResFormer's fixed forms for another number of layers.

    The sparse form mixes in the last ceil(3L/8) layers, or in the layers that its name gives.
    """
    old = scheme["lambdas"]
    mixing = [n for n, pair in enumerate(old) if n > 0 and pair != [0, 1]]
    pairs = [old[n] for n in mixing]
    if any(pair != pairs[0] for pair in pairs) or (scheme["form"] != "sparse" and mixing != list(range(1, len(old)))):
        raise SystemExit("the layers' lambdas were set one by one: give --layers only to a method with its own lambdas")
    last = lambda count: range(max(1, count - math.ceil(3 * count / 8)), count)
    if scheme["form"] != "sparse":
        mixing = range(1, layers)
    elif mixing == list(last(len(old))):
        mixing = last(layers)
    usual = {"identity": [0.5, 0.5], "constant": [2, 1], "sparse": [5, 1]}[scheme["form"]]
    return [(pairs[0] if pairs else usual) if n in mixing else [0, 1] for n in range(layers)]


@torch.no_grad()
def initialise(model, seed):
    """New weights for other sizes: N(0, 0.02) for every matrix; each draws from its own generator, keyed by seed and name."""
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name}".encode()))
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.02)
