"""Writes what PyTorch computes for recurrent layers and for the models made of them, for the tests to hold ours against:
/usr/bin/python3 make_recurrent_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name: the parameters by our names, and what came out. Of a layer: the hidden states as
"output" and, after "d.", the gradient of sum(output * slope) in everything. Of a model: its logits or probabilities as "output", its training loss as "loss", and after "stepped." each
parameter after one step of AdamW. The layers are PyTorch's own; the models are written out here from their papers, over a dictionary of parameters."""
import math

import torch

from golden import drawn, model_case, save, written

F = torch.nn.functional
nn = torch.nn
GATES = {"Elman": 1, "Gru": 3, "Lstm": 4}
PADDING, START, END = 0, 1, 2


# Layers


def layer_case(kind, layers, bidirectional, lengths):
    layer = {"Elman": nn.RNN, "Gru": nn.GRU, "Lstm": nn.LSTM}[kind](3, 4, layers, batch_first=True, bidirectional=bidirectional).double()
    names = {}
    for i in range(layers):
        for side, suffix in (("forward", ""), ("backward", "_reverse"))[: 2 if bidirectional else 1]:
            for theirs, ours in (("weight_ih", "input.weight"), ("weight_hh", "state.weight"), ("bias_ih", "input.bias"), ("bias_hh", "state.bias")):
                names[f"{side}.{i}.{ours}"] = getattr(layer, f"{theirs}_l{i}{suffix}")
    with torch.no_grad():
        for i, parameter in enumerate(names.values()):
            parameter.copy_(drawn(i, *parameter.shape, deviation=0.5))
    x = drawn(50, len(lengths), max(lengths), 3).requires_grad_(True)
    packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    output, state = layer(packed)
    output = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)[0]
    state = torch.stack(list(state) if kind == "Lstm" else [state])  # [S, layers * directions, B, H]
    slope, state_slope = drawn(98, *output.shape), drawn(99, *state.shape)
    ((output * slope).sum() + (state * state_slope).sum()).backward()
    result = {"x": written(x), "output": written(output), "state": written(state), "slope": written(slope), "stateSlope": written(state_slope), "d.x": written(x.grad)}
    for name, parameter in names.items():
        result[name], result["d." + name] = written(parameter), written(parameter.grad)
    return result


# Models


class Parameters(dict):
    """Parameters by our names."""

    def add(self, name, *shape):
        self[name] = drawn(1000 + len(self), *shape, deviation=0.4).requires_grad_(True)

    def linear(self, name, inner, outer, bias=True):
        self.add(name + ".weight", outer, inner)
        if bias:
            self.add(name + ".bias", outer)

    def cell(self, name, kind, inner, width):
        self.linear(name + ".input", inner, GATES[kind] * width)
        self.linear(name + ".state", width, GATES[kind] * width)


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p.get(name + ".bias"))


def cell(p, name, kind, x, state):
    """state: a tuple of h, and of an LSTM's c."""
    weights = p[name + ".input.weight"], p[name + ".state.weight"], p[name + ".input.bias"], p[name + ".state.bias"]
    if kind == "Lstm":
        return torch.lstm_cell(x, state, *weights)
    return ((torch.gru_cell if kind == "Gru" else torch.rnn_tanh_cell)(x, state[0], *weights),)


def zero(kind, batch, width):
    return tuple(torch.zeros(batch, width, dtype=torch.float64) for _ in range(2 if kind == "Lstm" else 1))


def read(p, name, kind, x, lengths, width, reverse=False):
    """The hidden states of one direction, zeros in the padding, and the last state."""
    batch, length, _ = x.shape
    state, hidden = zero(kind, batch, width), [None] * length
    for t in reversed(range(length)) if reverse else range(length):
        runs = (torch.tensor(lengths) > t)[:, None]
        state = tuple(torch.where(runs, new, old) for new, old in zip(cell(p, name, kind, x[:, t], state), state))
        hidden[t] = torch.where(runs, state[0], torch.zeros_like(state[0]))
    return torch.stack(hidden, 1), state


def padded(sequences):
    length = max(map(len, sequences))
    return torch.tensor([s + [PADDING] * (length - len(s)) for s in sequences]), [len(s) for s in sequences]


def steps(targets):
    length = max(map(len, targets)) + 1
    given = torch.tensor([[START] + t + [END] * (length - 1 - len(t)) for t in targets])
    expected = torch.tensor([t + [END] + [-1] * (length - 1 - len(t)) for t in targets])
    return given, expected


def attend(p, name, score, window, radius, query, keys, lengths, step, coverage=None):
    batch, count, _ = keys.shape
    if score == "Dot":
        scores = torch.einsum("bd,bmd->bm", query, keys)
    elif score == "General":
        scores = torch.einsum("bd,bmd->bm", query, linear(p, name + ".key", keys))
    elif score == "Location":
        scores = linear(p, name + ".query", query)[:, :count]
    else:
        total = linear(p, name + ".query", query)[:, None] + linear(p, name + ".key", keys)
        if coverage is not None:
            total = total + linear(p, name + ".coverage", coverage[..., None])
        scores = linear(p, name + ".vector", torch.tanh(total))[..., 0]
    place, size = torch.arange(count).double()[None], torch.tensor(lengths).double()[:, None]
    seen = place < size
    if window == "LocalMonotonic":
        centre = torch.minimum(torch.full_like(size, step), size - 1)
        seen = seen & ((place - centre).abs() <= radius)
    elif window == "LocalPredictive":
        centre = size * torch.sigmoid(linear(p, name + ".centreVector", torch.tanh(linear(p, name + ".centre", query))))
        seen = seen & ((place - centre).abs() <= radius)
    weights = torch.softmax(scores.masked_fill(~seen, -math.inf), -1)
    if window == "LocalPredictive":
        weights = weights * torch.exp(-((place - centre) ** 2) / (2 * (radius / 2) ** 2))
    return torch.einsum("bm,bmd->bd", weights, keys), weights


def attention_parameters(p, name, score, window, query, key, hidden, most):
    if score in ("Additive", "Concat"):
        p.linear(name + ".query", query, hidden, bias=score == "Additive")
        p.linear(name + ".key", key, hidden, bias=False)
        p.linear(name + ".vector", hidden, 1, bias=False)
    elif score == "Location":
        p.linear(name + ".query", query, most, bias=False)
    elif score == "General":
        p.linear(name + ".key", key, query, bias=False)
    if window == "LocalPredictive":
        p.linear(name + ".centre", query, hidden, bias=False)
        p.linear(name + ".centreVector", hidden, 1, bias=False)


SOURCES, TARGETS = [[3, 5, 4, 6, 3], [6, 4], [5, 5, 3]], [[4, 3], [5, 6, 3, 3], [6]]
EMBEDDING, WIDTH, VOCABULARY, RADIUS, MOST = 3, 4, 7, 1, 6


def translation(style, kind, bidirectional, score="General", window="Global", feeding=False, reverses=False):
    keys = 2 * WIDTH if bidirectional else WIDTH
    p = Parameters()
    p.add("sourceEmbedding.weight", VOCABULARY, EMBEDDING)
    for side in ("forward", "backward")[: 2 if bidirectional else 1]:
        p.cell(f"encoder.{side}.0", kind, EMBEDDING, WIDTH)
    if bidirectional:
        p.linear("bridge.0", WIDTH, WIDTH)
    p.add("targetEmbedding.weight", VOCABULARY, EMBEDDING)
    more = keys if style == "Bahdanau" else WIDTH if feeding else 0
    p.cell("decoder.layers.forward.0", kind, EMBEDDING + more, WIDTH)
    if style != "None":
        attention_parameters(p, "decoder.attention", score, window, WIDTH, keys, WIDTH, MOST)
    if style == "Bahdanau":
        p.linear("decoder.readout", WIDTH + EMBEDDING + keys, 2 * WIDTH)
    elif style == "Luong":
        p.linear("decoder.readout", keys + WIDTH, WIDTH, bias=False)
    p.linear("output", WIDTH, VOCABULARY)

    def compute(p):
        source, lengths = padded([s[::-1] for s in SOURCES] if reverses else SOURCES)
        given, expected = steps(TARGETS)
        x = F.embedding(source, p["sourceEmbedding.weight"])
        hidden, state = read(p, "encoder.forward.0", kind, x, lengths, WIDTH)
        if bidirectional:
            backward, last = read(p, "encoder.backward.0", kind, x, lengths, WIDTH, reverse=True)
            hidden, state = torch.cat([hidden, backward], -1), tuple(torch.tanh(linear(p, "bridge.0", part)) for part in last)
        fed, logits = torch.zeros(len(SOURCES), WIDTH, dtype=torch.float64), []
        for t in range(given.shape[1]):
            word, before = F.embedding(given[:, t], p["targetEmbedding.weight"]), state[0]
            if style == "Bahdanau":
                context, _ = attend(p, "decoder.attention", score, window, RADIUS, before, hidden, lengths, t)
                state = cell(p, "decoder.layers.forward.0", kind, torch.cat([word, context], -1), state)
                readout = linear(p, "decoder.readout", torch.cat([before, word, context], -1)).view(len(SOURCES), WIDTH, 2).amax(-1)
            else:
                state = cell(p, "decoder.layers.forward.0", kind, torch.cat([word, fed], -1) if feeding else word, state)
                readout = state[0]
                if style == "Luong":
                    context, _ = attend(p, "decoder.attention", score, window, RADIUS, state[0], hidden, lengths, t)
                    readout = fed = torch.tanh(linear(p, "decoder.readout", torch.cat([context, state[0]], -1)))
            logits.append(linear(p, "output", readout))
        logits = torch.stack(logits, 1)
        loss = F.cross_entropy(logits.view(-1, VOCABULARY), expected.view(-1), ignore_index=-1)
        return loss, loss

    return model_case(p, *compute(p))


def summaries(coverage):
    """See, Liu and Manning 2017. Ids from V on are words outside of the vocabulary."""
    unknown, keys, kind = 3, 2 * WIDTH, "Lstm"
    sources, targets = [[4, 9, 5, 4, 8], [6, 11]], [[5, 8, 4], [6, 12]]
    p = Parameters()
    p.add("embedding.weight", VOCABULARY, EMBEDDING)
    for side in ("forward", "backward"):
        p.cell(f"encoder.{side}.0", kind, EMBEDDING, WIDTH)
    p.linear("bridge.0", keys, WIDTH)
    p.linear("bridge.1", keys, WIDTH)
    p.linear("input", EMBEDDING + keys, EMBEDDING)
    p.cell("decoder.forward.0", kind, EMBEDDING, WIDTH)
    attention_parameters(p, "attention", "Additive", "Global", WIDTH, keys, keys, MOST)
    if coverage:
        p.linear("attention.coverage", 1, keys, bias=False)
    p.linear("generates", 3 * WIDTH + EMBEDDING, 1)
    p.linear("readout", 3 * WIDTH, WIDTH)
    p.linear("output", WIDTH, VOCABULARY)

    def known(ids):
        return torch.where(ids < VOCABULARY, ids, torch.full_like(ids, unknown))

    def compute(p):
        source, lengths = padded(sources)
        given, expected = steps(targets)
        x = F.embedding(known(source), p["embedding.weight"])
        (forward, first), (backward, last) = (read(p, f"encoder.{side}.0", kind, x, lengths, WIDTH, side == "backward") for side in ("forward", "backward"))
        hidden = torch.cat([forward, backward], -1)
        state = tuple(torch.relu(linear(p, f"bridge.{i}", torch.cat([first[i], last[i]], -1))) for i in range(2))
        context, seen = torch.zeros(len(sources), keys, dtype=torch.float64), torch.zeros(source.shape, dtype=torch.float64)
        loss, count = 0, 0
        for t in range(given.shape[1]):
            step = linear(p, "input", torch.cat([F.embedding(known(given[:, t]), p["embedding.weight"]), context], -1))
            state = cell(p, "decoder.forward.0", kind, step, state)
            context, weights = attend(p, "attention", "Additive", "Global", 1, state[0], hidden, lengths, t, seen if coverage else None)
            generates = torch.sigmoid(linear(p, "generates", torch.cat([context, state[0], step], -1)))[:, 0]
            words = torch.softmax(linear(p, "output", linear(p, "readout", torch.cat([state[0], context], -1))), -1)
            for row, word in enumerate(expected[:, t].tolist()):
                if word != -1:
                    places = [i for i, one in enumerate(sources[row]) if one == word]
                    copied = sum((weights[row, i] for i in places), torch.zeros((), dtype=torch.float64))
                    written_word = word if word < VOCABULARY else unknown
                    written_chance = words[row, written_word] if word < VOCABULARY or not places else 0.0
                    loss = loss - torch.log(generates[row] * written_chance + (1 - generates[row]) * copied)
                    loss = loss + (torch.minimum(weights[row], seen[row]).sum() if coverage else 0)
                    count += 1
            seen = seen + weights
        return loss / count, loss / count

    return model_case(p, *compute(p))


def speech():
    """Chan, Jaitly, Le and Vinyals 2016, with one layer that halves the time."""
    kind, keys, features = "Lstm", 2 * WIDTH, 3
    lengths, targets = [5, 4], [[3, 5], [4]]
    sounds = drawn(60, 2, 5, features)
    sounds[1, 4:] = 0
    p = Parameters()
    for name, inner in (("listener", features), ("pyramids.0", 2 * keys)):
        for side in ("forward", "backward"):
            p.cell(f"{name}.{side}.0", kind, inner, WIDTH)
    p.add("embedding.weight", VOCABULARY, EMBEDDING)
    p.cell("speller.forward.0", kind, EMBEDDING + keys, WIDTH)
    p.linear("query", WIDTH, WIDTH)
    attention_parameters(p, "attention", "General", "Global", WIDTH, keys, WIDTH, MOST)
    p.linear("inner", WIDTH + keys, WIDTH)
    p.linear("output", WIDTH, VOCABULARY)

    def both(p, name, x, lengths):
        return torch.cat([read(p, f"{name}.{side}.0", kind, x, lengths, WIDTH, side == "backward")[0] for side in ("forward", "backward")], -1)

    def compute(p):
        heard = both(p, "listener", sounds, lengths)
        heard = torch.cat([heard, torch.zeros(2, 1, keys, dtype=torch.float64)], 1).view(2, 3, 2 * keys)
        halves = [(one + 1) // 2 for one in lengths]
        heard = both(p, "pyramids.0", heard, halves)
        given, expected = steps(targets)
        state, context, logits = zero(kind, 2, WIDTH), torch.zeros(2, keys, dtype=torch.float64), []
        for t in range(given.shape[1]):
            state = cell(p, "speller.forward.0", kind, torch.cat([F.embedding(given[:, t], p["embedding.weight"]), context], -1), state)
            context, _ = attend(p, "attention", "General", "Global", 1, torch.tanh(linear(p, "query", state[0])), heard, halves, t)
            logits.append(linear(p, "output", torch.tanh(linear(p, "inner", torch.cat([state[0], context], -1)))))
        loss = F.cross_entropy(torch.stack(logits, 1).view(-1, VOCABULARY), expected.view(-1), ignore_index=-1)
        return loss, loss

    return model_case(p, *compute(p)) | {"sounds": written(sounds)}


cases = {
    "Elman": layer_case("Elman", 1, True, [2, 4]),
    "Gru": layer_case("Gru", 2, True, [4, 1, 3]),
    "Lstm": layer_case("Lstm", 2, True, [3, 4]),
    "Sutskever": translation("None", "Lstm", False, reverses=True),
    "Bahdanau": translation("Bahdanau", "Gru", True, "Additive"),
    "Luong": translation("Luong", "Lstm", False, "General", feeding=True),
    "Luong dot local-m": translation("Luong", "Gru", False, "Dot", "LocalMonotonic"),
    "Luong concat local-p": translation("Luong", "Elman", True, "Concat", "LocalPredictive", feeding=True),
    "Luong location": translation("Luong", "Lstm", False, "Location"),
    "pointer-generator": summaries(False),
    "pointer-generator with coverage": summaries(True),
    "listen, attend and spell": speech(),
}
if __name__ == "__main__":
    save("recurrent.json", cases)
