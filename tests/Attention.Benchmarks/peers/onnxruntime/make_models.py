"""Writes the ONNX models that bench.js runs: make_models.py FOLDER reads one request per line and writes a model for each way to say it.
A model is named after its request, as bench.js and the benchmark program do: attention-8x512x64-causal.Attention.onnx"""
import json
import os
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT32 = TensorProto.FLOAT, TensorProto.INT32
MICROSOFT = "com.microsoft"


def save(path, nodes, inputs, outputs, constants=()):
    def infos(shapes):
        return [helper.make_tensor_value_info(name, INT32 if name in ("past_length", "total_length") else FLOAT, shape) for name, shape in shapes.items()]

    graph = helper.make_graph(nodes, "graph", infos(inputs), infos(outputs), list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23), helper.make_opsetid(MICROSOFT, 1)])
    model.ir_version = 10
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def attention(path, heads, queries, width, causal):
    flat, apart = [1, queries, heads * width], [1, heads, queries, width]
    save(path("MultiHeadAttention"),
         [helper.make_node("MultiHeadAttention", ["q", "k", "v"], ["o"], domain=MICROSOFT, num_heads=heads, unidirectional=int(causal))],
         {"q": flat, "k": flat, "v": flat}, {"o": flat})
    save(path("Attention"), [helper.make_node("Attention", ["q", "k", "v"], ["o"], is_causal=int(causal))],
         {"q": apart, "k": apart, "v": apart}, {"o": apart})
    if causal:
        save(path("GroupQueryAttention"),
             [helper.make_node("GroupQueryAttention", ["q", "k", "v", "", "", "past_length", "total_length"], ["o", "ks", "vs"], domain=MICROSOFT, num_heads=heads, kv_num_heads=heads)],
             {"q": flat, "k": flat, "v": flat, "past_length": [1], "total_length": []}, {"o": flat, "ks": apart, "vs": apart})
    else:
        save(path("MatMul"),
             [helper.make_node("Transpose", ["k"], ["kt"], perm=[0, 1, 3, 2]), helper.make_node("Mul", ["q", "scale"], ["qs"]),
              helper.make_node("MatMul", ["qs", "kt"], ["s"]), helper.make_node("Softmax", ["s"], ["w"], axis=-1), helper.make_node("MatMul", ["w", "v"], ["o"])],
             {"q": apart, "k": apart, "v": apart}, {"o": apart}, [helper.make_tensor("scale", FLOAT, [], [width ** -0.5])])


def decode(path, heads, key_heads, keys, width):
    cache = [1, key_heads, keys, width]
    save(path("Attention"), [helper.make_node("Attention", ["q", "k", "v"], ["o"])],
         {"q": [1, heads, 1, width], "k": cache, "v": cache}, {"o": [1, heads, 1, width]})
    row, new = [1, 1, heads * width], [1, 1, key_heads * width]
    save(path("GroupQueryAttention"),
         [helper.make_node("GroupQueryAttention", ["q", "k", "v", "kc", "vc", "past_length", "total_length"], ["o", "ks", "vs"], domain=MICROSOFT, num_heads=heads, kv_num_heads=key_heads)],
         {"q": row, "k": new, "v": new, "kc": cache, "vc": cache, "past_length": [1], "total_length": []}, {"o": row, "ks": cache, "vs": cache})
    if heads == key_heads:
        save(path("MultiHeadAttention"), [helper.make_node("MultiHeadAttention", ["q", "k", "v"], ["o"], domain=MICROSOFT, num_heads=heads)],
             {"q": row, "k": cache, "v": cache}, {"o": row})


def mha_layer(path, heads, length, width):
    random = numpy.random.default_rng(1)

    def weight(name, *shape):
        return numpy_helper.from_array((0.05 * random.standard_normal(shape)).astype(numpy.float32), name)

    x = [1, length, width]
    output = [helper.make_node("MatMul", ["a", "wo"], ["p"]), helper.make_node("Add", ["p", "bo"], ["o"])]
    save(path("Attention"), [helper.make_node("Attention", ["x", "w", "b"], ["a"], domain=MICROSOFT, num_heads=heads)] + output,
         {"x": x}, {"o": x}, [weight("w", width, 3 * width), weight("b", 3 * width), weight("wo", width, width), weight("bo", width)])
    projections = [node for c in "qkv" for node in (helper.make_node("MatMul", ["x", "w" + c], [c + "x"]), helper.make_node("Add", [c + "x", "b" + c], [c]))]
    save(path("MultiHeadAttention"), projections + [helper.make_node("MultiHeadAttention", ["q", "k", "v"], ["a"], domain=MICROSOFT, num_heads=heads)] + output,
         {"x": x}, {"o": x}, [weight("w" + c, width, width) for c in "qkvo"] + [weight("b" + c, width) for c in "qkvo"])


def matmul(path, size):
    square = [size, size]
    save(path("MatMul"), [helper.make_node("MatMul", ["a", "b"], ["o"])], {"a": square, "b": square}, {"o": square})


def rows(node, constants=()):
    return lambda path, rows, columns: save(path(node.op_type), [node], {"x": [rows, columns]}, {"o": [rows, columns]}, [constant(columns) for constant in constants])


def ramp(name):
    return lambda columns: numpy_helper.from_array(numpy.linspace(0.5, 1.5, columns, dtype=numpy.float32), name)


VERBS = {"attention": attention, "decode": decode, "mha-layer": mha_layer, "matmul": matmul,
         "softmax": rows(helper.make_node("Softmax", ["x"], ["o"], axis=-1)), "exp": rows(helper.make_node("Exp", ["x"], ["o"])),
         "layernorm": rows(helper.make_node("LayerNormalization", ["x", "gain", "bias"], ["o"], axis=-1), (ramp("gain"), ramp("bias")))}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for line in sys.stdin:
        request = json.loads(line)
        name = request.pop("name")
        VERBS[request.pop("verb")](lambda way: os.path.join(folder, f"{name}.{way}.onnx"), **request)


main()
