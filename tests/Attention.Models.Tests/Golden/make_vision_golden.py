"""Writes what PyTorch computes for convolutions, pooling, and the models that see, for the tests to hold ours against:
/usr/bin/python3 make_vision_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name. Of a layer: what went in as "x", "weight" and "bias", what came out as "output", and
after "d." the gradient of sum(output * slope). Of a model: the parameters by our names, its answer as "output", its training loss as "loss", and after "stepped." each parameter after one step
of AdamW. Convolutions and pools are PyTorch's own; the models are written out here from their papers, over a dictionary of parameters that come to be as they are first asked for."""
import itertools

import torch

from golden import drawn, model_case, save, written

F = torch.nn.functional


def layer_case(compute, **inputs):
    for tensor in inputs.values():
        tensor.requires_grad_(True)
    output = compute(**inputs)
    slope = drawn(99, *output.shape)
    (output * slope).sum().backward()
    result = {name: written(tensor) for name, tensor in inputs.items()} | {"slope": written(slope), "output": written(output)}
    return result | {"d." + name: written(tensor.grad) for name, tensor in inputs.items()}


class Model:
    def __init__(self):
        self.parameters = {}

    def __call__(self, name, *shape):
        if name not in self.parameters:
            norm = "orm.weight" in name
            self.parameters[name] = (drawn(1000 + len(self.parameters), *shape, deviation=0.3) + (1 if norm else 0)).requires_grad_(True)
        return self.parameters[name]

    def linear(self, name, x, outer, bias=True):
        return F.linear(x, self(name + ".weight", outer, x.shape[-1]), self(name + ".bias", outer) if bias else None)

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self(name + ".weight", x.shape[-1]), self(name + ".bias", x.shape[-1]))

    def attention(self, name, x, memory, heads):
        (b, n, e), m = x.shape, memory.shape[1]
        q = self.linear(name + ".query", x, e).view(b, n, heads, -1).transpose(1, 2)
        k = self.linear(name + ".key", memory, e).view(b, m, heads, -1).transpose(1, 2)
        v = self.linear(name + ".value", memory, e).view(b, m, heads, -1).transpose(1, 2)
        weights = torch.softmax(q @ k.transpose(2, 3) / q.shape[-1] ** 0.5, -1)
        return self.linear(name + ".output", (weights @ v).transpose(1, 2).reshape(b, n, e), e)

    def encoder(self, name, x, heads, inner, bend):
        rows = self.norm(name + ".attentionNorm", x)
        x = x + self.attention(name + ".attention", rows, rows, heads)
        return self.feed_forward(name, x, inner, bend)

    def decoder(self, name, x, memory, heads, inner, bend):
        rows = self.norm(name + ".attentionNorm", x)
        x = x + self.attention(name + ".attention", rows, rows, heads)
        x = x + self.attention(name + ".crossAttention", self.norm(name + ".crossAttentionNorm", x), memory, heads)
        return self.feed_forward(name, x, inner, bend)

    def feed_forward(self, name, x, inner, bend):
        rows = bend(self.linear(name + ".feedForward.inner", self.norm(name + ".feedForwardNorm", x), inner))
        return x + self.linear(name + ".feedForward.outer", rows, x.shape[-1])

    def convolution(self, name, x, outer, kernel, **options):
        return F.conv2d(x, self(name + ".weight", outer, x.shape[1], kernel, kernel), self(name + ".bias", outer), **options)

    def patches(self, images, width, heads, layers, inner, has_token):
        x = self.convolution("encoder.patches.projection", images, width, 2, stride=2).flatten(2).transpose(1, 2)
        if has_token:
            x = torch.cat([self("encoder.classToken", 1, 1, width).expand(len(x), 1, width), x], 1)
        x = x + self("encoder.positions.weight", x.shape[1], width)
        for i in range(layers):
            x = self.encoder(f"encoder.layers.{i}", x, heads, inner, F.gelu)
        return self.norm("encoder.norm", x)


def case(compute, state=(), **given):
    """compute(model, **given) gives output and loss."""
    model = Model()
    output, loss = compute(model, **given)
    return model_case(model.parameters, output, loss, **given) | dict(state)


def vision(model, images):
    logits = model.linear("output", model.patches(images, 4, 2, 2, 6, True)[:, 0], 3)
    return logits, F.cross_entropy(logits, torch.tensor([2, 0]))


def video(model, clips):
    rows = model.patches(clips.view(-1, 2, 4, 4), 4, 2, 1, 6, True)[:, 0].view(2, 3, 4)
    x = torch.cat([model("classToken", 1, 1, 4).expand(2, 1, 4), rows], 1) + model("positions.weight", 4, 4)
    x = model.encoder("layers.0", x, 2, 6, F.gelu)
    logits = model.linear("output", model.norm("norm", x)[:, 0], 3)
    return logits, F.cross_entropy(logits, torch.tensor([2, 0]))


def segmentation(model, images):
    rows = model.linear("output", model.patches(images, 4, 2, 1, 6, False), 12)
    logits = torch.zeros(2, 4, 4, 3, dtype=torch.float64)
    for patch, row, column in itertools.product(range(4), range(2), range(2)):
        logits[:, 2 * (patch // 2) + row, 2 * (patch % 2) + column] = rows[:, patch].view(2, 2, 2, 3)[:, row, column]
    return logits, F.cross_entropy(logits.view(-1, 3), torch.arange(32) * 7 % 3)


OBJECTS = [[(1, (0.1, 0.2, 0.5, 0.6)), (0, (0.55, 0.3, 0.9, 0.95))], [], [(0, (0.05, 0.05, 0.4, 0.3))]]


def overlap(a, b):
    """Generalised intersection over union of two boxes of edges."""
    sides = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    shared = (torch.minimum(a[2:], b[2:]) - torch.maximum(a[:2], b[:2])).clamp(min=0).prod()
    union = sides(a) + sides(b) - shared
    around = (torch.maximum(a[2:], b[2:]) - torch.minimum(a[:2], b[:2])).prod()
    return shared / union - (around - union) / around


def set_loss(logits, boxes):
    edges = torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)
    targets, weights, places, count = torch.full((3, 3), 2), torch.full((3, 3), 0.1, dtype=torch.float64), 0, 0
    for image, objects in enumerate(OBJECTS):
        def pair(query, one):
            kind, right = one[0], torch.tensor(one[1], dtype=torch.float64)
            centre = torch.cat([(right[:2] + right[2:]) / 2, right[2:] - right[:2]])
            distance, shared = (boxes[image, query] - centre).abs().sum(), overlap(edges[image, query], right)
            return 5 * distance - 2 * shared - logits[image, query].softmax(-1)[kind], 5 * distance + 2 * (1 - shared)
        best = min(itertools.permutations(range(3), len(objects)), key=lambda queries: sum(float(pair(q, o)[0]) for q, o in zip(queries, objects)))
        for query, one in zip(best, objects):
            targets[image, query], weights[image, query] = one[0], 1
            places, count = places + pair(query, one)[1], count + 1
    surprise = F.cross_entropy(logits.view(-1, 3), targets.view(-1), reduction="none") * weights.view(-1)
    return surprise.sum() / weights.sum() + places / count


def detector(model, images):
    x = model.convolution("backbone.0", images, 4, 3, stride=2, padding=1).relu()
    x = model.convolution("backbone.1", x, 4, 3, stride=2, padding=1).relu().flatten(2).transpose(1, 2)
    x = x + model("positions.weight", 4, 4)
    for i in range(2):
        x = model.encoder(f"encoder.{i}", x, 2, 4, F.relu)
    queries, loss = model("queries", 3, 4).expand(3, 3, 4), 0
    for i in range(2):
        queries = model.decoder(f"decoder.{i}", queries, x, 2, 4, F.relu)
        rows = model.norm("norm", queries)
        logits = model.linear("class", rows, 3)
        boxes = model.linear("box.2", model.linear("box.1", model.linear("box.0", rows, 4).relu(), 4).relu(), 4).sigmoid()
        loss = loss + set_loss(logits, boxes)
    return torch.cat([logits, boxes], -1), loss


CAPTIONS = [[3, 2, 4], [4], [2, 2]]


def captioner(is_hard):
    def compute(model, features):
        mean = features.mean(1)
        h, c = model.linear("firstHidden", mean, 5).tanh(), model.linear("firstCell", mean, 5).tanh()
        word, loss, bonus, looked, excesses, chances = torch.zeros(3, dtype=torch.int64), 0, 0, 0, [], []
        for step in range(4):
            words = torch.tensor([(caption + [1] * 4)[step] for caption in CAPTIONS])
            seen = torch.tensor([float(step <= len(caption)) for caption in CAPTIONS], dtype=torch.float64)
            scores = model.linear("attention.vector", (model.linear("attention.key", features, 5, False) + model.linear("attention.query", h, 5)[:, None]).tanh(), 1, False)[..., 0]
            weights = scores.softmax(-1)
            chosen = weights.argmax(-1)
            context = features[range(3), chosen] if is_hard else (weights[..., None] * features).sum(1)
            context = context * model.linear("gate", h, 1).sigmoid()
            embedded = F.embedding(word, model("words.weight", 5, 5))
            x = torch.cat([embedded, context], -1)
            h, c = torch.lstm_cell(
                x, (h, c), model("cell.input.weight", 20, 8), model("cell.state.weight", 20, 5), model("cell.input.bias", 20), model("cell.state.bias", 20))
            logits = model.linear("output", (embedded + model.linear("hidden", h, 5, False) + model.linear("context", context, 5, False)).tanh(), 5)
            surprise = F.cross_entropy(logits, words, reduction="none") * seen
            logs = scores.log_softmax(-1)
            loss, looked = loss + surprise.sum(), looked + weights * seen[:, None]
            excesses, chances = excesses + [(surprise.detach() - 1.2) * seen], chances + [logs[range(3), chosen]]
            bonus = bonus + 0.01 * (-(weights * logs).sum(-1) * seen).sum()
            word = words
        if is_hard:
            # A place answers for its own word and for all that came after.
            reinforced = sum((chances[i] * sum(excesses[i:])).sum() for i in range(4)) - bonus
            loss = (loss + reinforced - float(reinforced)) / 9
        else:
            loss = loss / 9 + ((1 - looked) ** 2).sum(-1).mean()
        return loss, loss
    return compute


cases = {
    "conv1d": layer_case(
        lambda x, weight, bias: F.conv1d(x, weight, bias, stride=2, padding=2, dilation=2), x=drawn(1, 2, 3, 9), weight=drawn(2, 4, 3, 3), bias=drawn(3, 4)),
    "conv2d": layer_case(
        lambda x, weight, bias: F.conv2d(x, weight, bias, stride=2, padding=1), x=drawn(4, 2, 3, 5, 6), weight=drawn(5, 4, 3, 3, 3), bias=drawn(6, 4)),
    "grouped conv2d": layer_case(
        lambda x, weight, bias: F.conv2d(x, weight, bias, padding=2, dilation=2, groups=2), x=drawn(7, 2, 4, 5, 4), weight=drawn(8, 6, 2, 3, 3), bias=drawn(9, 6)),
    "max pool": layer_case(lambda x: F.max_pool2d(x, (3, 2), stride=2, padding=(1, 1)), x=drawn(10, 2, 2, 7, 6)),
    "average pool": layer_case(lambda x: F.avg_pool2d(x, (3, 2), stride=2, padding=(1, 1)), x=drawn(11, 2, 2, 7, 6)),
    "vision": case(vision, images=drawn(12, 2, 2, 4, 4)),
    "video": case(video, clips=drawn(17, 2, 3, 2, 4, 4)),
    "segmentation": case(segmentation, images=drawn(13, 2, 2, 4, 4)),
    "detector": case(detector, images=drawn(14, 3, 1, 8, 8)),
    "soft captioner": case(captioner(False), {"baseline": written(torch.tensor([1.2]))}, features=drawn(15, 3, 4, 3)),
    "hard captioner": case(captioner(True), {"baseline": written(torch.tensor([1.2]))}, features=drawn(16, 3, 4, 3)),
}
save("vision.json", cases)
