"""Writes what PyTorch computes for the models of the Transformer family, for the tests to hold ours against:
/usr/bin/python3 make_transformer_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name: the parameters by our names, what came out as "output", the training loss
as "loss", and after "stepped." each parameter after one step of AdamW on that loss. The models are written out here from their papers, over a dictionary of parameters."""
import json
import math
import pathlib

import numpy
import torch

HERE = pathlib.Path(__file__).parent
F = torch.nn.functional
LAYERS, WIDTH, HEADS, INNER = 2, 8, 2, 12


def drawn(seed, *shape, deviation=1.0):
    return torch.from_numpy(numpy.asarray(deviation * numpy.random.default_rng(seed).standard_normal(shape), numpy.float32)).double()


def written(tensor):
    values = tensor.detach().reshape(-1).to(torch.float32).numpy()
    return {"shape": list(tensor.shape), "values": [float(numpy.format_float_scientific(v, trim="-")) for v in values]}


class Parameters(dict):
    """Parameters by our names; norms near one, all others near zero."""

    def add(self, name, *shape):
        gain = 1.0 if "orm.weight" in name else 0.0
        self[name] = (gain + drawn(1000 + len(self), *shape, deviation=0.3)).requires_grad_(True)

    def linear(self, name, inner, outer, bias=True):
        self.add(name + ".weight", outer, inner)
        if bias:
            self.add(name + ".bias", outer)

    def norm(self, name):
        self.add(name + ".weight", WIDTH)
        self.add(name + ".bias", WIDTH)

    def attention(self, name):
        for part in ("query", "key", "value", "output"):
            self.linear(f"{name}.{part}", WIDTH, WIDTH)

    def layer(self, name, cross=False):
        for part in ("attention", "crossAttention") if cross else ("attention",):
            self.norm(f"{name}.{part}Norm")
            self.attention(f"{name}.{part}")
        self.norm(f"{name}.feedForwardNorm")
        self.linear(f"{name}.feedForward.inner", WIDTH, INNER)
        self.linear(f"{name}.feedForward.outer", INNER, WIDTH)


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p.get(name + ".bias"))


def norm(p, name, x, epsilon=1e-5):
    return F.layer_norm(x, (WIDTH,), p[name + ".weight"], p[name + ".bias"], epsilon)


def attend(p, name, x, memory, mask):
    """mask: true where a key is seen; broadcast to [B, H, N, M]."""
    def heads(rows):
        return rows.view(rows.shape[0], rows.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

    query, key, value = heads(linear(p, name + ".query", x)), heads(linear(p, name + ".key", memory)), heads(linear(p, name + ".value", memory))
    scores = query @ key.transpose(-2, -1) / math.sqrt(WIDTH // HEADS)
    context = torch.softmax(scores.masked_fill(~mask, -math.inf), -1) @ value
    return linear(p, name + ".output", context.transpose(1, 2).reshape(x.shape))


def feed(p, name, x, bend):
    return linear(p, name + ".outer", bend(linear(p, name + ".inner", x)))


def causal(n):
    return torch.ones(n, n, dtype=torch.bool).tril()


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def case(p, output, loss):
    """One step of AdamW with an epsilon so large that a gradient which is all rounding, such as a key's bias', moves nothing."""
    before = {name: written(tensor) for name, tensor in p.items()}
    loss.backward()
    torch.optim.AdamW(p.values(), lr=0.01, eps=1e-3, weight_decay=0.1).step()
    return before | {"output": written(output), "loss": written(loss)} | {"stepped." + name: written(tensor) for name, tensor in p.items()}


def gpt(tied):
    """Radford et al. 2019: pre-norm, learned positions, GELU by tanh."""
    vocabulary, context = 7, 5
    p = Parameters()
    p.add("tokenEmbedding.weight", vocabulary, WIDTH)
    p.add("positionEmbedding.weight", context, WIDTH)
    for i in range(LAYERS):
        p.layer(f"layers.{i}")
    p.norm("finalNorm")
    if not tied:
        p.linear("output", WIDTH, vocabulary, bias=False)
    text = torch.tensor([[1, 4, 2, 6, 0], [3, 3, 5, 1, 2]])
    inputs, targets = text[:, :-1], text[:, 1:]
    x = p["tokenEmbedding.weight"][inputs] + p["positionEmbedding.weight"][:inputs.shape[1]]
    for i in range(LAYERS):
        rows = norm(p, f"layers.{i}.attentionNorm", x)
        x = x + attend(p, f"layers.{i}.attention", rows, rows, causal(x.shape[1]))
        x = x + feed(p, f"layers.{i}.feedForward", norm(p, f"layers.{i}.feedForwardNorm", x), gelu_tanh)
    logits = F.linear(norm(p, "finalNorm", x), p["tokenEmbedding.weight" if tied else "output.weight"])
    return case(p, logits, F.cross_entropy(logits.reshape(-1, vocabulary), targets.reshape(-1)))


def main():
    cases = {"gpt": gpt(False), "gpt, tied": gpt(True)}
    (HERE / "transformer.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
