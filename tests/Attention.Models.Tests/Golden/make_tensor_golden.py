"""Writes what PyTorch computes for layers and a few expressions, values and gradients, for the tests to hold tensors against:
/usr/bin/python3 make_tensor_golden.py (PyTorch 1.13 or later; on Debian: apt-get install --no-install-recommends python3-torch).

Everything is computed in double precision and written down rounded to float32. A case is tensors by name: what went in, the parameters by our names, what came out as "output",
and after "d." the gradient of sum(output * slope) in each of them."""

import torch

from golden import drawn, save, written

F = torch.nn.functional


def case(inputs, compute):
    for tensor in inputs.values():
        tensor.requires_grad_(True)
    output = compute(inputs)
    slope = drawn(99, *output.shape)
    (output * slope).sum().backward()
    result = {name: written(tensor) for name, tensor in inputs.items()}
    result |= {"slope": written(slope), "output": written(output)}
    return result | {"d." + name: written(tensor.grad) for name, tensor in inputs.items() if tensor.grad is not None}


def ours(layer):
    """The parameters of a PyTorch layer by our names."""
    names = {}
    for torch_name, name in (("self_attn", "attention"), ("multihead_attn", "crossAttention")):
        attention = getattr(layer, torch_name, None)
        if attention is not None:
            for part, kind in enumerate(("query", "key", "value")):
                names[f"{name}.{kind}.weight"] = attention.in_proj_weight, part
                names[f"{name}.{kind}.bias"] = attention.in_proj_bias, part
            names[f"{name}.output.weight"] = attention.out_proj.weight, None
            names[f"{name}.output.bias"] = attention.out_proj.bias, None
    norms = ["attentionNorm", "crossAttentionNorm", "feedForwardNorm"] if hasattr(layer, "multihead_attn") else ["attentionNorm", "feedForwardNorm"]
    for i, norm in enumerate(norms):
        names[f"{norm}.weight"] = getattr(layer, f"norm{i + 1}").weight, None
        names[f"{norm}.bias"] = getattr(layer, f"norm{i + 1}").bias, None
    for torch_name, name in (("linear1", "feedForward.inner"), ("linear2", "feedForward.outer")):
        names[f"{name}.weight"] = getattr(layer, torch_name).weight, None
        names[f"{name}.bias"] = getattr(layer, torch_name).bias, None
    return names


def layer_case(layer, inputs, compute):
    layer = layer.double()
    with torch.no_grad():
        for i, parameter in enumerate(layer.parameters()):
            parameter.copy_(drawn(i, *parameter.shape, deviation=0.3) + (1 if "norm" in [n for n, _ in layer.named_parameters()][i] else 0))
    result = case(inputs, lambda given: compute(layer, given))
    for name, (parameter, part) in ours(layer).items():
        pick = (lambda tensor: tensor) if part is None else (lambda tensor: tensor.chunk(3)[part])
        result[name], result["d." + name] = written(pick(parameter)), written(pick(parameter.grad))
    return result


def causal(length):
    return torch.triu(torch.full((length, length), float("-inf"), dtype=torch.float64), 1)


def expression(given):
    rows = F.embedding(torch.tensor([[1, 4, 1], [0, 2, 3]]), given["table"])
    rows = F.layer_norm(rows * given["gain"] + given["column"], (6,))
    weights = torch.softmax(rows @ rows.transpose(1, 2) / 0.7, -1)
    mixed = torch.tanh(weights @ rows) * torch.sigmoid(rows) + F.softplus(rows).mean(1, keepdim=True)
    logits = F.linear(torch.cat([mixed, rows.abs().sqrt()], -1), given["weight"], given["bias"])
    loss = F.cross_entropy(logits.view(-1, 5), torch.tensor([0, -1, 4, 2, 2, 1]), ignore_index=-1, label_smoothing=0.1)
    return loss + 0.1 * F.gelu(logits).amax(-1).mean() + F.silu(logits).pow(2).sum() / 100


nn = torch.nn
cases = {
    "post-norm encoder": layer_case(
        nn.TransformerEncoderLayer(8, 2, 12, dropout=0, activation="relu", batch_first=True), {"x": drawn(50, 2, 5, 8)}, lambda layer, given: layer(given["x"])),
    "pre-norm causal encoder": layer_case(
        nn.TransformerEncoderLayer(8, 2, 12, dropout=0, activation="gelu", batch_first=True, norm_first=True),
        {"x": drawn(51, 2, 5, 8)}, lambda layer, given: layer(given["x"], src_mask=causal(5))),
    "decoder": layer_case(
        nn.TransformerDecoderLayer(8, 2, 12, dropout=0, activation="gelu", batch_first=True),
        {"x": drawn(52, 2, 4, 8), "memory": drawn(53, 2, 6, 8)}, lambda layer, given: layer(given["x"], given["memory"], tgt_mask=causal(4))),
    "expression": case(
        {"table": drawn(1, 5, 6), "gain": drawn(2, 6), "column": drawn(3, 3, 1), "weight": drawn(4, 5, 12, deviation=0.4), "bias": drawn(5, 5)}, expression),
}
save("tensor.json", cases)
