"""PyTorch beside our kernels: bench.py THREADS reads one request per line, such as
{"verb": "attention", "heads": 8, "queries": 512, "width": 64, "causal": false, "seconds": 0.3, "way": null}
("way" is null, or one that answered before) and answers with one line: {"way": the fastest way to say it in PyTorch, "ms": its median, "runs": how many}."""
import json
import math
import sys

import tuned

THREADS = int(sys.argv[1])
tuned.start(THREADS)

import torch  # noqa: E402 -- after the environment is right

import gpt  # noqa: E402
from gpt import future  # noqa: E402
from timing import fastest, timed  # noqa: E402

CHUNK = 256


def attention(heads, queries, width, causal):
    """1.13 has no fused attention on the CPU. The whole square at once; one head after the other; blocks of queries, which leave out the future."""
    query, key, value = (torch.randn(1, heads, queries, width) for _ in range(3))
    scale, hidden = 1 / math.sqrt(width), future(queries) if causal else None

    def whole():
        scores = (query * scale) @ key.transpose(-2, -1)
        return torch.softmax(scores + hidden if causal else scores, -1) @ value

    def by_head():
        out = torch.empty(1, heads, queries, width)
        for h in range(heads):
            scores = torch.mm(query[0, h] * scale, key[0, h].t())
            torch.mm(torch.softmax(scores.add_(hidden) if causal else scores, -1), value[0, h], out=out[0, h])
        return out

    def by_block():
        out = torch.empty(1, heads, queries, width)
        for h in range(heads):
            for first in range(0, queries, CHUNK):
                end = min(queries, first + CHUNK)
                seen = end if causal else queries
                scores = torch.mm(query[0, h, first:end] * scale, key[0, h, :seen].t())
                if causal:
                    scores[:, first:end] += hidden[first:end, first:end]
                torch.mm(torch.softmax(scores, -1), value[0, h, :seen], out=out[0, h, first:end])
        return out

    return {"whole": whole, "by head": by_head, "by block": by_block}


def attention_backward(heads, queries, width, causal):
    """The gradients alone; what autograd saved in the forward pass is kept."""
    query, key, value = (torch.randn(1, heads, queries, width, requires_grad=True) for _ in range(3))
    gradient, scale = torch.randn(1, heads, queries, width), 1 / math.sqrt(width)
    scores = (query * scale) @ key.transpose(-2, -1)
    out = torch.softmax(scores + future(queries) if causal else scores, -1) @ value
    return {"autograd": lambda: torch.autograd.grad(out, (query, key, value), gradient, retain_graph=True)}


def decode(heads, key_heads, keys, width):
    """One token; the query heads that share a key head are the rows of one product."""
    query = torch.randn(key_heads, heads // key_heads, width)
    key, value = (torch.randn(key_heads, keys, width) for _ in range(2))
    scale = 1 / math.sqrt(width)
    return {"grouped": lambda: torch.softmax((query * scale) @ key.transpose(-2, -1), -1) @ value}


def mha_layer(heads, length, width):
    layer = torch.nn.MultiheadAttention(width, heads, batch_first=True).eval()
    x = torch.randn(1, length, width)
    return {"nn.MultiheadAttention": lambda: layer(x, x, x, need_weights=False)}


def matmul(size):
    a, b, c = (torch.randn(size, size) for _ in range(3))
    return {"mm": lambda: torch.mm(a, b, out=c)}


def softmax(rows, columns):
    x, y = torch.randn(rows, columns), torch.empty(rows, columns)
    return {"new": lambda: torch.softmax(x, -1), "out": lambda: torch._softmax(x, -1, False, out=y)}


def exp(rows, columns):
    x, y = torch.randn(rows, columns), torch.empty(rows, columns)
    return {"out": lambda: torch.exp(x, out=y)}


def layernorm(rows, columns):
    x, gain, bias = torch.randn(rows, columns), torch.randn(columns), torch.randn(columns)
    return {"new": lambda: torch.nn.functional.layer_norm(x, (columns,), gain, bias)}


VERBS = {"attention": attention, "attention-backward": attention_backward, "decode": decode, "mha-layer": mha_layer,
         "matmul": matmul, "softmax": softmax, "exp": exp, "layernorm": layernorm, "training": gpt.training, "generation": gpt.generation}

# Autograd's own tensors may not be made in inference mode, which saves bookkeeping.
LEARNING = ("attention-backward", "training")


def answer(request):
    seconds, way = request.pop("seconds"), request.pop("way", None)
    verb = request.pop("verb")
    request.pop("name", None)
    torch.manual_seed(1)
    with torch.enable_grad() if verb in LEARNING else torch.inference_mode():
        ways = VERBS[verb](**request)
        way = way or (fastest(ways) if len(ways) > 1 else next(iter(ways)))
        ms, runs = timed(ways[way], seconds)
    return {"way": way, "ms": ms, "runs": runs}


def main():
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    print(json.dumps({"name": f"PyTorch {torch.__version__}", "settings": tuned.settings()}), flush=True)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as mistake:  # said to the other side, which goes on with the next row
            reply = {"error": f"{type(mistake).__name__}: {mistake}"}
        print(json.dumps(reply), flush=True)


main()
