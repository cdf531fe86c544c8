"""Writes what PyTorch computes for the models of the Transformer family, for the tests to hold ours against:
/usr/bin/python3 make_transformer_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name: the parameters by our names, what came out as "output", the training loss
as "loss", and after "stepped." each parameter after one step of AdamW on that loss. The models are written out here from their papers, over a dictionary of parameters."""
import math

import torch

from golden import drawn, model_case, save

F = torch.nn.functional
LAYERS, WIDTH, HEADS, INNER = 2, 8, 2, 12


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
    return model_case(p, logits, F.cross_entropy(logits.reshape(-1, vocabulary), targets.reshape(-1)))


def sines(positions):
    """Vaswani et al. 2017, section 3.5."""
    angles = torch.arange(positions).double()[:, None] / 10000 ** (torch.arange(0, WIDTH, 2).double() / WIDTH)
    return torch.stack([torch.sin(angles), torch.cos(angles)], -1).reshape(positions, WIDTH)


def around(p, name, x, part, pre, epsilon=1e-5):
    """A part with its residual, the norm before or after."""
    return x + part(norm(p, name, x, epsilon)) if pre else norm(p, name, x + part(x), epsilon)


def padded(lengths, longest):
    return (torch.arange(longest)[None] < torch.tensor(lengths)[:, None])[:, None, None]


def transformer(pre):
    """Vaswani et al. 2017: embeddings times the root of the width, sines, an output tied to the target's embedding, label smoothing."""
    p = Parameters()
    p.add("targetEmbedding.weight", 7, WIDTH)
    p.add("sourceEmbedding.weight", 6, WIDTH)
    for i in range(LAYERS):
        p.layer(f"encoder.{i}")
    for i in range(LAYERS):
        p.layer(f"decoder.{i}", cross=True)
    if pre:
        p.norm("encoderNorm")
        p.norm("decoderNorm")
    source, seen = torch.tensor([[3, 4, 5, 3], [5, 3, 0, 0]]), padded([4, 2], 4)
    shown, told = torch.tensor([[1, 3, 6, 4], [1, 5, 0, 0]]), torch.tensor([[3, 6, 4, 2], [5, 2, -1, -1]])

    def embed(name, tokens):
        return p[name][tokens] * math.sqrt(WIDTH) + sines(tokens.shape[1])

    x = embed("sourceEmbedding.weight", source)
    for i in range(LAYERS):
        name = f"encoder.{i}"
        x = around(p, name + ".attentionNorm", x, lambda r: attend(p, name + ".attention", r, r, seen), pre)
        x = around(p, name + ".feedForwardNorm", x, lambda r: feed(p, name + ".feedForward", r, F.relu), pre)
    memory = norm(p, "encoderNorm", x) if pre else x
    x = embed("targetEmbedding.weight", shown)
    for i in range(LAYERS):
        name = f"decoder.{i}"
        x = around(p, name + ".attentionNorm", x, lambda r: attend(p, name + ".attention", r, r, causal(4)), pre)
        x = around(p, name + ".crossAttentionNorm", x, lambda r: attend(p, name + ".crossAttention", r, memory, seen), pre)
        x = around(p, name + ".feedForwardNorm", x, lambda r: feed(p, name + ".feedForward", r, F.relu), pre)
    logits = F.linear(norm(p, "decoderNorm", x) if pre else x, p["targetEmbedding.weight"])
    return model_case(p, logits, F.cross_entropy(logits.reshape(-1, 7), told.reshape(-1), ignore_index=-1, label_smoothing=0.1))


def bert():
    """Devlin et al. 2019: post-norm, GELU, masked words at three places, and the next sentence."""
    vocabulary, epsilon = 9, 1e-12
    p = Parameters()
    p.add("wordEmbedding.weight", vocabulary, WIDTH)
    p.add("positionEmbedding.weight", 6, WIDTH)
    p.add("segmentEmbedding.weight", 2, WIDTH)
    p.norm("embeddingNorm")
    for i in range(LAYERS):
        p.layer(f"layers.{i}")
    p.linear("pooler", WIDTH, WIDTH)
    p.linear("maskedWord.inner", WIDTH, WIDTH)
    p.norm("maskedWord.norm")
    p.add("maskedWord.output.bias", vocabulary)
    p.linear("nextSentence", WIDTH, 2)
    ids, segments = torch.tensor([[1, 5, 3, 2, 7], [1, 3, 2, 0, 0]]), torch.tensor([[0, 0, 0, 1, 1], [0, 0, 1, 0, 0]])
    words, follows = torch.tensor([[-1, -1, 4, -1, 7], [-1, 6, -1, -1, -1]]), torch.tensor([1, 0])
    seen = padded([5, 3], 5)
    x = norm(p, "embeddingNorm", p["wordEmbedding.weight"][ids] + p["segmentEmbedding.weight"][segments] + p["positionEmbedding.weight"][:5], epsilon)
    for i in range(LAYERS):
        name = f"layers.{i}"
        x = around(p, name + ".attentionNorm", x, lambda r: attend(p, name + ".attention", r, r, seen), False, epsilon)
        x = around(p, name + ".feedForwardNorm", x, lambda r: feed(p, name + ".feedForward", r, F.gelu), False, epsilon)
    hidden = norm(p, "maskedWord.norm", F.gelu(linear(p, "maskedWord.inner", x)), epsilon)
    logits = F.linear(hidden, p["wordEmbedding.weight"], p["maskedWord.output.bias"])
    next_sentence = linear(p, "nextSentence", torch.tanh(linear(p, "pooler", x[:, 0])))
    loss = F.cross_entropy(logits.reshape(-1, vocabulary), words.reshape(-1), ignore_index=-1) + F.cross_entropy(next_sentence, follows)
    return model_case(p, logits, loss)


def transformer_xl():
    """Dai et al. 2019, section 3.3, written as its formula reads; a second segment, with the first remembered and no gradient through it."""
    vocabulary, n, width = 7, 3, WIDTH // HEADS
    p = Parameters()
    p.add("tokenEmbedding.weight", vocabulary, WIDTH)
    p.add("contentBias", HEADS, width)
    p.add("positionBias", HEADS, width)
    for i in range(LAYERS):
        p.norm(f"layers.{i}.attentionNorm")
        for part in ("query", "key", "value", "position", "output"):
            p.linear(f"layers.{i}.attention.{part}", WIDTH, WIDTH, bias=False)
        p.norm(f"layers.{i}.feedForwardNorm")
        p.linear(f"layers.{i}.feedForward.inner", WIDTH, INNER)
        p.linear(f"layers.{i}.feedForward.outer", INNER, WIDTH)
    p.add("outputBias", vocabulary)
    text = torch.tensor([[1, 4, 2, 6, 0, 5, 3], [3, 3, 5, 1, 2, 6, 4]])

    def heads(rows):
        return rows.view(*rows.shape[:-1], HEADS, width)

    def attend_by_distance(name, x, rows):
        query, key, value = heads(linear(p, name + ".query", x)), heads(linear(p, name + ".key", rows)), heads(linear(p, name + ".value", rows))
        queries, keys = x.shape[1], rows.shape[1]
        position = heads(linear(p, name + ".position", sines(keys)))
        contexts = []
        for i in range(queries):
            own = keys - queries + i
            seen = range(own + 1)
            scores = torch.stack([((query[:, i] + p["contentBias"]) * key[:, j] + (query[:, i] + p["positionBias"]) * position[own - j]).sum(-1) for j in seen], -1) / math.sqrt(width)
            weights = torch.softmax(scores, -1)
            contexts.append(sum(weights[..., j, None] * value[:, j] for j in seen).reshape(-1, WIDTH))
        return linear(p, name + ".output", torch.stack(contexts, 1))

    memory = [None] * LAYERS
    for first in (0, n):
        x = p["tokenEmbedding.weight"][text[:, first:first + n]] * math.sqrt(WIDTH)
        for i in range(LAYERS):
            rows = x if memory[i] is None else torch.cat([memory[i], x], 1)
            memory[i] = rows.detach()
            x = norm(p, f"layers.{i}.attentionNorm", x + attend_by_distance(f"layers.{i}.attention", x, rows))
            x = norm(p, f"layers.{i}.feedForwardNorm", x + feed(p, f"layers.{i}.feedForward", x, F.relu))
        logits = F.linear(x, p["tokenEmbedding.weight"], p["outputBias"])
    return model_case(p, logits, F.cross_entropy(logits.reshape(-1, vocabulary), text[:, n + 1:].reshape(-1)))


def main():
    cases = {
        "gpt": gpt(False), "gpt, tied": gpt(True), "transformer": transformer(False), "transformer, pre-norm": transformer(True), "bert": bert(), "transformer-xl": transformer_xl(),
    }
    save("transformer.json", cases)


main()
