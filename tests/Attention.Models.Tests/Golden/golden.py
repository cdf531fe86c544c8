"""What every make_*_golden.py beside it does: draws inputs, writes tensors down rounded to float32, and takes a model one step further. Run none of this itself."""
import json
import pathlib

import numpy
import torch


def drawn(seed, *shape, deviation=1.0):
    return torch.from_numpy(numpy.asarray(deviation * numpy.random.default_rng(seed).standard_normal(shape), numpy.float32)).double()


def written(tensor):
    values = tensor.detach().reshape(-1).to(torch.float32).numpy()
    return {"shape": list(tensor.shape), "values": [float(numpy.format_float_scientific(v, trim="-")) for v in values]}


def model_case(parameters, output, loss, **others):
    """One step of AdamW with an epsilon so large that the step is nearly the gradient: a wrong one shows, and one that is all rounding, such as of a key's bias, moves nothing."""
    before = {name: written(tensor) for name, tensor in (parameters | others).items()}
    loss.backward()
    torch.optim.AdamW(parameters.values(), lr=0.5, eps=1, weight_decay=0.1).step()
    return before | {"output": written(output), "loss": written(loss)} | {"stepped." + name: written(tensor) for name, tensor in parameters.items()}


def save(file, cases):
    (pathlib.Path(__file__).parent / file).write_text(json.dumps(cases, separators=(",", ":")) + "\n")
