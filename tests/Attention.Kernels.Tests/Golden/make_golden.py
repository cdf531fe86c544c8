"""Writes what PyTorch computes for small problems, for the tests to hold our kernels against: /usr/bin/python3 make_golden.py
(PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Inputs are float32. Each result is computed twice: in double precision, which is written down rounded to float32, and in single precision, whose largest
distance from the first is written down as "lost": what PyTorch itself loses there is the yardstick for what our kernels may lose."""
import json
import math
import pathlib

import numpy
import torch

F = torch.nn.functional
HERE = pathlib.Path(__file__).parent


def drawn(seed, *shape, deviation=1.0):
    return torch.from_numpy((deviation * numpy.random.default_rng(seed).standard_normal(shape)).astype(numpy.float32))


def number(value):
    """The shortest text that reads back as the same float32."""
    value = numpy.float32(value)
    if numpy.isfinite(value):
        return numpy.format_float_scientific(value, trim="-", exp_digits=1) if value and not 1e-3 <= abs(value) < 1e6 else numpy.format_float_positional(value, trim="-")
    return '"NaN"' if numpy.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'


def line(tensor):
    return "[" + ",".join(number(x) for x in tensor.detach().reshape(-1).to(torch.float32).numpy()) + "]"


class File:
    """One file of cases; a case has whole numbers, inputs and results."""

    def __init__(self, name):
        self.name, self.cases = name, []

    def case(self, name, compute, inputs, numbers=None):
        """compute(inputs) returns the results by name; it is called with inputs of both precisions."""
        def run(dtype):
            torch.manual_seed(1)
            return compute(**{key: value.to(dtype) if value.is_floating_point() else value for key, value in inputs.items()})

        exact, single = run(torch.float64), run(torch.float32)
        lines = [f'"numbers":{json.dumps(numbers or {})}']
        for key, value in inputs.items():
            lines.append(f'"{key}":{line(value) if value.is_floating_point() else json.dumps(value.reshape(-1).int().tolist(), separators=(",", ":"))}')
        for key, value in exact.items():
            rounded = value.detach().to(torch.float32).double()
            apart = (single[key].detach().double() - value.detach().double()).abs()
            lost = apart[torch.isfinite(rounded)].max().item() if torch.isfinite(rounded).any() else 0.0
            lines.append(f'"{key}":{{"lost":{lost:.4g},"values":{line(value)}}}')
        self.cases.append(f'"{name}":{{\n' + ",\n".join(lines) + "\n}")

    def write(self):
        text = "{\n" + ",\n".join(self.cases) + "\n}\n"
        json.loads(text)
        (HERE / f"{self.name}.json").write_text(text)
        print(self.name, len(text))


def gradients(output, gradient, **inputs):
    """dL/dinput for every input, for a loss whose gradient by the output is given."""
    found = torch.autograd.grad(output, list(inputs.values()), gradient)
    return {f"{name}Gradient": value for name, value in zip(inputs, found)}


def attend(query, key, value, bias, cap=None):
    """The formula; a query that sees no key gets zeros, where PyTorch's softmax would give NaN."""
    heads = query.shape[1] // key.shape[1]
    k, v = key.repeat_interleave(heads, 1), value.repeat_interleave(heads, 1)
    scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
    scores = (cap * torch.tanh(scores / cap) if cap else scores) + bias
    blind = torch.isinf(bias).all(-1, keepdim=True).expand(*scores.shape[:-1], 1)
    weights = torch.softmax(torch.where(blind, torch.zeros_like(scores), scores), -1) * ~blind
    return weights @ v, torch.logsumexp(scores, -1)


def attention():
    file = File("attention")

    def add(name, shape, bias, extra=None, numbers=None, add_to=None):
        """The bias is fixed, or the input "bias", or what add_to makes of the input "table"; inputs of either name have gradients too."""
        b, h, g, n, m, d, dv = shape

        def compute(query, key, value, outputGradient, **inputs):
            for x in (query, key, value):
                x.requires_grad_()
            learned = {name: inputs[name].requires_grad_() for name in ("bias", "table") if name in inputs}
            out, log_sum_exp = attend(query, key, value, add_to(inputs) if add_to else inputs["bias"] if "bias" in inputs else bias.to(query.dtype), (numbers or {}).get("softCap"))
            return {"output": out, "logSumExp": log_sum_exp, **gradients(out, outputGradient, query=query, key=key, value=value, **learned)}

        inputs = {"query": drawn(1, b, h, n, d), "key": drawn(2, b, g, m, d), "value": drawn(3, b, g, m, dv), "outputGradient": drawn(4, b, h, n, dv), **(extra or {})}
        sizes = dict(zip(("batch", "heads", "keyHeads", "queries", "keys", "width", "valueWidth"), shape))
        file.case(name, compute, inputs, {**sizes, **(numbers or {})})

    def hidden(visible):
        return torch.where(visible, 0.0, -math.inf)

    shape = (b, h, g, n, m, d, dv) = 2, 2, 1, 7, 18, 5, 4
    query, key = torch.arange(n)[:, None] + m - n, torch.arange(m)[None, :]
    square = 1, 3, 3, 13, 13, 8, 8
    add("full", shape, torch.zeros(1, 1, n, m))
    add("causal, as many queries as keys", square, hidden(torch.arange(13)[None, :] <= torch.arange(13)[:, None]).expand(1, 1, 13, 13))
    add("causal, more keys than queries", shape, hidden(key <= query).expand(1, 1, n, m))
    more = 1, 2, 1, 11, 6, 5, 4
    add("causal, more queries than keys", more, hidden(torch.arange(6)[None, :] <= torch.arange(11)[:, None] - 5).expand(1, 1, 11, 6))
    lengths = torch.tensor([18, 5])
    add("key lengths", shape, hidden(key[None, None] < lengths[:, None, None, None]).expand(b, 1, n, m), {"lengths": lengths})
    nothing = torch.tensor([0, 11])
    add("key lengths, a sequence without keys", shape, hidden(key[None, None] < nothing[:, None, None, None]).expand(b, 1, n, m), {"lengths": nothing})
    left = (key[None, None] >= torch.tensor([17, 3])[:, None, None, None]).expand(b, 1, n, m).contiguous()
    add("padding on the left", shape, hidden(left), {"visible": left})
    pattern = torch.from_numpy(numpy.random.default_rng(5).random((b, h, n, m)) < 0.6)
    pattern[1, 0, 3] = False
    add("visible pattern", shape, hidden(pattern), {"visible": pattern})
    add("bias for all heads", shape, None, {"bias": drawn(6, n, m)})
    by_head = drawn(7, b, h, n, m)
    by_head[0, 1, :, 4:9] = -math.inf
    add("bias by head, partly minus infinity", shape, None, {"bias": by_head})
    slopes = torch.tensor([2.0 ** (-8 * (i + 1) / h) for i in range(h)])
    add("alibi, causal", shape, (slopes[:, None, None] * (key - query) + hidden(key <= query))[None], {"slopes": slopes})
    window = 4
    add("window of 4, causal", shape, hidden((key <= query) & (key > query - window)).expand(1, 1, n, m), None, {"window": window})
    starts = torch.tensor([16, 3])
    begun = key[None, None] >= starts[:, None, None, None]
    add("key starts", shape, hidden(begun).expand(b, 1, n, m), {"starts": starts})
    add("key starts, causal", shape, hidden(begun & (key <= query)).expand(b, 1, n, m), {"starts": starts})
    sinks = 2
    seen = (key <= query) & ((key > query - window) | (key < sinks))
    add("window of 4 and 2 sinks, causal", shape, hidden(seen).expand(1, 1, n, m), None, {"window": window, "sinks": sinks})
    late = torch.tensor([6, 3])
    first = late[:, None, None, None]
    seen = (key <= query) & (key >= first) & ((key > query - window) | (key < first + sinks))
    add("window of 4 and 2 sinks, causal, key starts", shape, hidden(seen).expand(b, 1, n, m), {"starts": late}, {"window": window, "sinks": sinks})
    add("soft cap of 0.5, causal", shape, hidden(key <= query).expand(1, 1, n, m), None, {"softCap": 0.5})
    for name, bidirectional in (("relative bias of T5, both directions", True), ("relative bias of T5, causal", False)):
        buckets, reach = 8, 12
        place = bucket_of_t5(key - query, bidirectional, buckets, reach)
        past = torch.zeros(n, m) if bidirectional else hidden(key <= query)
        add(name, shape, None, {"table": drawn(8, h, buckets)}, {"buckets": buckets, "maxDistance": reach, "bidirectional": int(bidirectional)},
            lambda inputs, place=place, past=past: inputs["table"][:, place][None] + past.to(inputs["table"].dtype))
    size = 4
    for name, heads in (("blocks", 1), ("blocks by head, causal", h)):
        layout = torch.from_numpy(numpy.random.default_rng(9).random((heads, -(-n // size), -(-m // size))) < 0.6)
        seen = layout.repeat_interleave(size, 1).repeat_interleave(size, 2)[:, :n, :m]
        add(name, shape, hidden(seen & (key <= query) if "causal" in name else seen)[None], {"layout": layout}, {"blockSize": size})
    file.write()


def bucket_of_t5(relative_position, bidirectional, buckets, reach):
    """Raffel et al. 2020, § 2.1: exact buckets for small distances, logarithmic ones up to the reach, and keys after the query in the second half of the buckets."""
    first = torch.zeros_like(relative_position)
    if bidirectional:
        buckets //= 2
        first = (relative_position > 0) * buckets
        distance = relative_position.abs()
    else:
        distance = (-relative_position).clamp(min=0)
    exact = buckets // 2
    share = torch.log(distance.double().clamp(min=1) / exact) / math.log(reach / exact)
    far = (exact + (share * (buckets - exact)).long()).clamp(max=buckets - 1)
    return first + torch.where(distance < exact, distance, far)


def normalisation():
    file = File("normalisation")
    rows, columns = 3, 19
    x, gain, bias, gradient = drawn(11, rows, columns, deviation=2), 1 + drawn(12, columns, deviation=0.3), drawn(13, columns), drawn(14, rows, columns)

    def layer_norm(input, gain, bias, outputGradient):
        for each in (input, gain, bias):
            each.requires_grad_()
        out = F.layer_norm(input, (columns,), gain, bias, 1e-5)
        return {"output": out, **gradients(out, outputGradient, input=input, gain=gain, bias=bias)}

    def rms_norm(input, gain, outputGradient):
        for each in (input, gain):
            each.requires_grad_()
        out = input * torch.rsqrt(input.square().mean(-1, keepdim=True) + 1e-5) * gain
        return {"output": out, **gradients(out, outputGradient, input=input, gain=gain)}

    sizes = {"rows": rows, "columns": columns}
    file.case("layer norm", layer_norm, {"input": x, "gain": gain, "bias": bias, "outputGradient": gradient}, sizes)
    file.case("rms norm", rms_norm, {"input": x, "gain": gain, "outputGradient": gradient}, sizes)
    file.write()


def activations():
    file = File("activations")
    x = torch.cat([torch.linspace(-9, 9, 37), drawn(21, 30), torch.tensor([0.0, -20.0, 20.0, 1e-6])])
    gradient = drawn(22, x.numel())

    def of(function):
        def compute(input, outputGradient):
            input.requires_grad_()
            out = function(input)
            return {"output": out, **gradients(out, outputGradient, input=input)}
        return compute

    for name, function in (("gelu", F.gelu), ("gelu, tanh", lambda x: F.gelu(x, approximate="tanh")), ("silu", F.silu), ("relu", F.relu)):
        file.case(name, of(function), {"input": x, "outputGradient": gradient})
    file.write()


def logits():
    file = File("logits")
    rows, columns, ignored = 6, 13, -100
    x, gradient = drawn(31, rows, columns, deviation=3), drawn(32, rows, columns)
    targets = torch.tensor([3, 0, ignored, 12, 5, ignored])

    def log_softmax(input, outputGradient):
        input.requires_grad_()
        out = F.log_softmax(input, -1)
        return {"output": out, **gradients(out, outputGradient, input=input)}

    def cross_entropy(smoothing):
        def compute(input, targets):
            input.requires_grad_()
            loss = F.cross_entropy(input, targets.long(), ignore_index=ignored, label_smoothing=smoothing)
            each = F.cross_entropy(input, targets.long(), ignore_index=ignored, label_smoothing=smoothing, reduction="none")
            return {"loss": loss, "losses": each, **gradients(loss, torch.ones_like(loss), input=input)}
        return compute

    sizes = {"rows": rows, "columns": columns, "ignored": ignored}
    file.case("log-softmax", log_softmax, {"input": x, "outputGradient": gradient}, sizes)
    file.case("cross-entropy", cross_entropy(0.0), {"input": x, "targets": targets}, sizes)
    file.case("cross-entropy, smoothing 0.1", cross_entropy(0.1), {"input": x, "targets": targets}, {**sizes, "smoothing": 0.1})
    file.write()


def layer():
    file = File("mha-layer")
    batch, length, width, heads = 2, 6, 12, 3
    inputs = {
        "input": drawn(41, batch, length, width),
        "inputWeight": drawn(42, 3 * width, width, deviation=0.3), "inputBias": drawn(43, 3 * width, deviation=0.3),
        "outputWeight": drawn(44, width, width, deviation=0.3), "outputBias": drawn(45, width, deviation=0.3),
        "outputGradient": drawn(46, batch, length, width),
    }

    def run(causal, lengths):
        def compute(input, inputWeight, inputBias, outputWeight, outputBias, outputGradient, **_):
            module = torch.nn.MultiheadAttention(width, heads, batch_first=True).to(input.dtype)
            weights = {"in_proj_weight": inputWeight, "in_proj_bias": inputBias, "out_proj.weight": outputWeight, "out_proj.bias": outputBias}
            module.load_state_dict(weights)
            input.requires_grad_()
            future = torch.full((length, length), -math.inf, dtype=input.dtype).triu(1) if causal else None
            padding = None if lengths is None else torch.arange(length)[None, :] >= lengths[:, None]
            out, _ = module(input, input, input, attn_mask=future, key_padding_mask=padding, need_weights=False)
            p = module
            return {"output": out, **gradients(out, outputGradient, input=input, inputWeight=p.in_proj_weight, inputBias=p.in_proj_bias, outputWeight=p.out_proj.weight, outputBias=p.out_proj.bias)}
        return compute

    sizes = {"batch": batch, "length": length, "width": width, "heads": heads}
    file.case("full", run(False, None), inputs, sizes)
    lengths = torch.tensor([6, 4])
    file.case("causal, key lengths", run(True, lengths), {**inputs, "lengths": lengths}, sizes)
    file.write()


def rotary():
    file = File("rotary")
    batch, heads, length, width, first, base = 2, 2, 5, 8, 3, 10000.0
    x, gradient = drawn(51, batch, heads, length, width), drawn(52, batch, heads, length, width)

    def of(interleaved):
        def compute(input, outputGradient):
            input.requires_grad_()
            frequency = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
            angle = (first + torch.arange(length, dtype=torch.float64))[:, None] * frequency
            cos, sin = torch.cos(angle).to(input.dtype), torch.sin(angle).to(input.dtype)
            a, b = (input[..., 0::2], input[..., 1::2]) if interleaved else input.chunk(2, -1)
            c, d = a * cos - b * sin, a * sin + b * cos
            out = torch.stack((c, d), -1).flatten(-2) if interleaved else torch.cat((c, d), -1)
            return {"output": out, **gradients(out, outputGradient, input=input)}
        return compute

    sizes = {"batch": batch, "heads": heads, "length": length, "width": width, "first": first}
    file.case("interleaved", of(True), {"input": x, "outputGradient": gradient}, sizes)
    file.case("half-split", of(False), {"input": x, "outputGradient": gradient}, sizes)
    file.write()


def training():
    file = File("training")
    count, steps = 21, 3

    def optimiser(create):
        def compute(parameters, gradients):
            p = torch.nn.Parameter(parameters.clone())
            stepper, after = create([p]), []
            for step in range(steps):
                p.grad = gradients[step].clone()
                stepper.step()
                after.append(p.detach().clone())
            state = stepper.state[p]
            names = {"firstMoment": "exp_avg", "secondMoment": "exp_avg_sq", "velocity": "momentum_buffer"}
            return {"after": torch.stack(after), **{name: state[key] for name, key in names.items() if key in state}}
        return compute

    def single(value):
        """Our options are float32, but for Adam's betas: the float nearest to 0.999 would leave a thousandth that is 1.3e-5 too small."""
        return float(numpy.float32(value))

    pace = {"lr": single(1e-2), "betas": (0.9, 0.999), "eps": single(1e-8)}
    inputs = {"parameters": drawn(61, count), "gradients": drawn(62, steps, count)}
    sizes = {"count": count, "steps": steps}
    file.case("adam", optimiser(lambda p: torch.optim.Adam(p, **pace)), inputs, sizes)
    file.case("adamw", optimiser(lambda p: torch.optim.AdamW(p, weight_decay=single(0.1), **pace)), inputs, {**sizes, "decay": 0.1})

    pace = {"lr": single(0.1), "momentum": single(0.9), "weight_decay": single(0.01)}
    file.case("sgd", optimiser(lambda p: torch.optim.SGD(p, **pace)), inputs, sizes)
    file.case("sgd, nesterov", optimiser(lambda p: torch.optim.SGD(p, nesterov=True, **pace)), inputs, sizes)

    def clip(limit):
        def compute(gradients):
            p = torch.nn.Parameter(torch.zeros_like(gradients))
            p.grad = gradients.clone()
            norm = torch.nn.utils.clip_grad_norm_([p], limit)
            return {"clipped": p.grad, "norm": norm}
        return compute

    file.case("clip, too long", clip(1.5), {"gradients": drawn(63, count)}, {"limit": 1.5})
    file.case("clip, short enough", clip(15.0), {"gradients": drawn(63, count)}, {"limit": 15})

    def embedding(table, tokens, outputGradient):
        table.requires_grad_()
        out = F.embedding(tokens.long(), table)
        return {"output": out, **gradients(out, outputGradient, table=table)}

    tokens = torch.tensor([4, 0, 4, 2, 4, 5])
    file.case("embedding", embedding, {"table": drawn(64, 7, 5), "tokens": tokens, "outputGradient": drawn(65, 6, 5)}, {"rows": 7, "width": 5})
    file.write()


def latent():
    file = File("latent")
    batch, heads, queries, keys, rank, turned, content, value_width = 2, 3, 4, 9, 6, 4, 5, 7
    inputs = {
        "query": drawn(71, batch, queries, heads, turned + content), "latent": drawn(72, batch, keys, rank), "rotaryKey": drawn(73, batch, keys, turned),
        "keyWeights": drawn(74, rank, heads * content, deviation=0.4), "valueWeights": drawn(75, rank, heads * value_width, deviation=0.4),
        "outputGradient": drawn(76, batch, queries, heads, value_width),
    }

    def run(causal):
        def compute(query, latent, rotaryKey, keyWeights, valueWeights, outputGradient):
            learned = {"query": query, "latent": latent, "rotaryKey": rotaryKey, "keyWeights": keyWeights, "valueWeights": valueWeights}
            for each in learned.values():
                each.requires_grad_()
            own = F.linear(latent, keyWeights.T).unflatten(-1, (heads, content))
            key = torch.cat((rotaryKey.unsqueeze(2).expand(-1, -1, heads, -1), own), -1)
            value = F.linear(latent, valueWeights.T).unflatten(-1, (heads, value_width))
            scores = torch.einsum("bnhd,bmhd->bhnm", query, key) / math.sqrt(turned + content)
            if causal:
                scores = scores + torch.full((queries, keys), -math.inf, dtype=query.dtype).triu(1 + keys - queries)
            out = torch.einsum("bhnm,bmhv->bnhv", torch.softmax(scores, -1), value)
            return {"output": out, "logSumExp": torch.logsumexp(scores, -1), **gradients(out, outputGradient, **learned)}
        return compute

    sizes = {"batch": batch, "heads": heads, "queries": queries, "keys": keys, "latent": rank, "rotary": turned, "content": content, "valueWidth": value_width}
    file.case("full", run(False), inputs, sizes)
    file.case("causal", run(True), inputs, sizes)
    file.write()


for make in (attention, normalisation, activations, logits, layer, rotary, training, latent):
    make()
