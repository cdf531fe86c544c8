"""Writes what PyTorch computes for the models that read graphs, histories, passages, memories and images with texts, for the tests to hold ours against:
/usr/bin/python3 make_applied_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name: the parameters by our names, what came out as "output", the training loss
as "loss", and after "stepped." each parameter after one step of AdamW on that loss. The models are written out here from their papers, over a dictionary of parameters. Sequences of
unequal length are computed one by one, so that there is no padding here to get wrong."""
import math

import torch

from golden import drawn, model_case, save, written

F = torch.nn.functional
WIDTH, HEADS, INNER = 8, 2, 12


class Parameters(dict):
    """Parameters by our names; norms near one, all others near zero."""

    def add(self, name, *shape):
        gain = 1.0 if "orm.weight" in name else 0.0
        self[name] = (gain + drawn(2000 + len(self), *shape, deviation=0.4)).requires_grad_(True)

    def linear(self, name, inner, outer):
        self.add(name + ".weight", outer, inner)
        self.add(name + ".bias", outer)

    def norm(self, name):
        self.add(name + ".weight", WIDTH)
        self.add(name + ".bias", WIDTH)

    def layer(self, name, cross=False):
        for part in ("attention", "crossAttention") if cross else ("attention",):
            self.norm(f"{name}.{part}Norm")
            for role in ("query", "key", "value", "output"):
                self.linear(f"{name}.{part}.{role}", WIDTH, WIDTH)
        self.norm(f"{name}.feedForwardNorm")
        self.linear(f"{name}.feedForward.inner", WIDTH, INNER)
        self.linear(f"{name}.feedForward.outer", INNER, WIDTH)


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p.get(name + ".bias"))


def norm(p, name, x):
    return F.layer_norm(x, (WIDTH,), p[name + ".weight"], p[name + ".bias"], 1e-5)


def attend(p, name, x, memory, is_causal=False):
    """x: [N, E], memory: [M, E]; one sequence."""
    def heads(rows):
        return rows.view(rows.shape[0], HEADS, WIDTH // HEADS).transpose(0, 1)

    query, key, value = heads(linear(p, name + ".query", x)), heads(linear(p, name + ".key", memory)), heads(linear(p, name + ".value", memory))
    scores = query @ key.transpose(-2, -1) / math.sqrt(WIDTH // HEADS)
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    return linear(p, name + ".output", (torch.softmax(scores, -1) @ value).transpose(0, 1).reshape(x.shape))


def layer(p, name, x, bend, is_causal=False, memory=None):
    """Pre-norm."""
    rows = norm(p, f"{name}.attentionNorm", x)
    x = x + attend(p, f"{name}.attention", rows, rows, is_causal)
    if memory is not None:
        x = x + attend(p, f"{name}.crossAttention", norm(p, f"{name}.crossAttentionNorm", x), memory)
    inner = bend(linear(p, f"{name}.feedForward.inner", norm(p, f"{name}.feedForwardNorm", x)))
    return x + linear(p, f"{name}.feedForward.outer", inner)


def graph():
    """Veličković et al. 2018: two layers, the last one's two heads averaged."""
    features, width, classes = 3, 4, 3
    links = {0: [0, 1, 2], 1: [0, 1], 2: [0, 2, 3], 3: [2, 3], 4: [4]}
    p = Parameters()
    for i, (inner, outer, bias) in enumerate([(features, width, 2 * width), (2 * width, classes, classes)]):
        p.add(f"layers.{i}.asking", 2, outer)
        p.add(f"layers.{i}.asked", 2, outer)
        p.add(f"layers.{i}.bias", bias)
        p.add(f"layers.{i}.projection.weight", 2 * outer, inner)
    nodes = drawn(1, 5, features)

    def heads(i, x, outer):
        rows = F.linear(x, p[f"layers.{i}.projection.weight"]).view(5, 2, outer)
        found = []
        for node, seen in links.items():
            scores = F.leaky_relu(torch.stack([(p[f"layers.{i}.asking"] * rows[node]).sum(-1) + (p[f"layers.{i}.asked"] * rows[other]).sum(-1) for other in seen]), 0.2)
            found.append((torch.softmax(scores, 0)[..., None] * rows[seen]).sum(0))
        return torch.stack(found)

    x = F.elu(heads(0, nodes, width).reshape(5, -1) + p["layers.0.bias"])
    logits = heads(1, x, classes).mean(1) + p["layers.1.bias"]
    return model_case(p, logits, F.cross_entropy(logits, torch.tensor([0, 2, 1, 1, 0])), nodes=nodes)


def recommender():
    """Kang and McAuley 2018."""
    p = Parameters()
    p.add("itemEmbedding.weight", 7, WIDTH)
    p.add("positionEmbedding.weight", 4, WIDTH)
    for i in range(2):
        p.layer(f"layers.{i}")
    p.norm("finalNorm")
    items, places = p["itemEmbedding.weight"], p["positionEmbedding.weight"]

    def rows(history):
        x = items[history] + places[4 - len(history):]
        for i in range(2):
            x = layer(p, f"layers.{i}", x, torch.relu, is_causal=True)
        return norm(p, "finalNorm", x)

    histories, others = [[1, 4, 2, 6], [3, 5]], [[0, 5, 3], [2]]
    losses = []
    for history, other in zip(histories, others):
        x = rows(history[:-1])
        losses.append(-F.logsigmoid((x * items[history[1:]]).sum(-1)) - F.logsigmoid(-(x * items[other]).sum(-1)))
    return model_case(p, torch.stack([rows(history)[-1] @ items.T for history in histories]), torch.cat(losses).mean())


def reader():
    """Pointers over a passage that has asked a question."""
    p = Parameters()
    p.add("tokenEmbedding.weight", 7, WIDTH)
    p.add("positionEmbedding.weight", 5, WIDTH)
    p.add("noAnswer", 1, 1, WIDTH)
    p.layer("layers.0")
    p.norm("questionNorm")
    p.layer("crossLayers.0", cross=True)
    p.norm("finalNorm")
    p.linear("pointers", WIDTH, 2)

    def read(question, passage):
        def embedded(text):
            return p["tokenEmbedding.weight"][text] + p["positionEmbedding.weight"][:len(text)]

        asked = norm(p, "questionNorm", layer(p, "layers.0", embedded(question), F.gelu))
        told = layer(p, "layers.0", torch.cat([p["noAnswer"][0], embedded(passage)]), F.gelu)
        told = layer(p, "crossLayers.0", told, F.gelu, memory=asked)
        return linear(p, "pointers", norm(p, "finalNorm", told)).T

    logits = torch.stack([read([1, 4], [2, 6, 0, 3]), read([5, 1, 2], [4, 4, 6, 1])], 1)
    return model_case(p, logits, F.cross_entropy(logits.reshape(4, -1), torch.tensor([2, 0, 3, 0])))


def memory():
    """Miller et al. 2016: two hops."""
    p = Parameters()
    p.add("words.weight", 9, WIDTH)
    p.add("answers.weight", 9, WIDTH)
    for i in range(2):
        p.add(f"hops.{i}.weight", WIDTH, WIDTH)
    words = p["words.weight"]

    def answer(question, facts):
        query = words[question].sum(0)
        keys, values = torch.stack([words[key].sum(0) for key, _ in facts]), torch.stack([words[value] for _, value in facts])
        for i in range(2):
            query = p[f"hops.{i}.weight"] @ (query + torch.softmax(keys @ query, 0) @ values)
        return p["answers.weight"] @ query

    logits = torch.stack([answer([1, 4], [([1, 2], 6), ([3], 7), ([4, 0, 5], 8)]), answer([5], [([5], 7), ([2, 2], 6)])])
    return model_case(p, logits, F.cross_entropy(logits, torch.tensor([6, 7])))


def text_image():
    """Lee et al. 2018, eq. 8 to 10, over patches; the loss of Radford et al. 2021."""
    p = Parameters()
    p.add("wordEmbedding.weight", 7, WIDTH)
    p.add("wordPositions.weight", 4, WIDTH)
    p.layer("textLayers.0")
    p.norm("textNorm")
    p.linear("patchEmbedding", 12, WIDTH)
    p.add("patchPositions.weight", 4, WIDTH)
    p.layer("imageLayers.0")
    p.norm("imageNorm")
    p.add("logScale")
    images, texts = drawn(3, 2, 3, 4, 4), [[1, 4, 2], [5, 6]]

    def unit(x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-8) / math.sqrt(WIDTH)

    def words(text):
        x = p["wordEmbedding.weight"][text] + p["wordPositions.weight"][:len(text)]
        return unit(norm(p, "textNorm", layer(p, "textLayers.0", x, F.gelu)))

    def patches(image):
        cut = torch.stack([image[:, y:y + 2, x:x + 2].reshape(-1) for y in (0, 2) for x in (0, 2)])
        x = linear(p, "patchEmbedding", cut) + p["patchPositions.weight"]
        return unit(norm(p, "imageNorm", layer(p, "imageLayers.0", x, F.gelu)))

    def fit(text, image):
        e, v = words(text), patches(image)
        found = torch.softmax(9 * e @ v.T, -1) @ v
        return (e * unit(found)).sum(-1).mean()

    fits = torch.stack([torch.stack([fit(text, image) for text in texts]) for image in images])
    logits, own = fits * p["logScale"].exp(), torch.arange(2)
    return model_case(p, fits, (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2, images=images)


def retrieval():
    """Khandelwal et al. 2020, eq. 2: three neighbours of six, at the temperature 2."""
    keys, queries, following = drawn(4, 6, 4), drawn(5, 2, 4), torch.tensor([0, 2, 2, 1, 0, 4])
    found = torch.zeros(2, 5, dtype=torch.double)
    for i, query in enumerate(queries):
        distances = ((keys - query) ** 2).sum(-1)
        near = torch.topk(-distances, 3).indices
        found[i].index_add_(0, following[near], torch.softmax(-distances[near] / 2, 0))
    return {"keys": written(keys), "queries": written(queries), "output": written(found)}


def main():
    cases = {"graph": graph(), "recommender": recommender(), "reader": reader(), "memory": memory(), "text and image": text_image(), "retrieval": retrieval()}
    save("applied.json", cases)


main()
