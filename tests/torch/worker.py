"""Answers requests about tensors with PyTorch, one line of JSON each.

Numbers travel as the base64 of their little-endian bytes: {"dtype", "shape", "bits"} is an array.

{"do": "graph", "leaves": [array], "steps": [{"call", "kwargs", "inputs", "params"}], "upstream"}
    -> {"value": array of the last step, "gradients": [array of each leaf]}
    An input is the place of a leaf or, behind the leaves, of an earlier step. A call is a name below
    torch, "nn.functional.gelu" say, which gets the inputs and kwargs; or "own." and the name of a
    function marked as own in own_ops.py, which gets the inputs and params.
{"do": "stale", ..., "place", "change": array} -> {"gradients"}, or {"refusal": why} where PyTorch goes
    back through nothing after `change` was added to the leaf of that place, in place.
{"do": "lookup", "table": array, "ids", "options", "upstream": array}
    -> {"value", "table": as it is afterwards, "gradient", "rows": those of a sparse gradient or null}
{"do": "bag", ..., "offsets", "mode", "weights": array or null} -> as lookup, and "weightGradient"
{"do": "train", "parameters": [array], "optimizer": name, "options", "graphs": [steps], "upstreams",
 "factors": of the learning rate at each step or null, "clip": {"maxNorm", "normType"} or null}
    -> {"trajectory": [[array of each parameter] after each step], "norms": [number] before clipping}
{"do": "word2vec", "model": "Cbow" or "SkipGram", "combine": of Cbow, "parameters": [E, wOut and perhaps
 bOut], "optimizer", "options", "batches": [{"centers", "ids", "offsets", "negatives"}]}; without offsets,
 each row of ids is a context, or each id alone; negatives are null for a softmax over all words
    -> {"trajectory", "losses": [number]}
"""

import json
import os
import sys

import torch

# Python is started without the folder of the script among those of modules.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from arrays import array_of, gradient_of, leaf_of, tensor_of
from modules import bag, lookup
from own_ops import run_steps
from training import train
from word2vec import word2vec

torch.set_num_threads(1)


def graph(request):
    leaves = [leaf_of(each) for each in request["leaves"]]
    value = run_steps(leaves, request["steps"])
    value.backward(tensor_of(request["upstream"]))
    return {"value": array_of(value), "gradients": [gradient_of(each) for each in leaves]}


def stale(request):
    leaves = [leaf_of(each) for each in request["leaves"]]
    value = run_steps(leaves, request["steps"])
    with torch.no_grad():
        leaves[request["place"]].add_(tensor_of(request["change"]))
    try:
        value.backward(tensor_of(request["upstream"]))
    except RuntimeError as error:
        return {"refusal": str(error)}
    return {"gradients": [gradient_of(each) for each in leaves]}


def version(_request):
    return {"version": torch.__version__}


REQUESTS = {each.__name__: each for each in (graph, stale, lookup, bag, train, word2vec, version)}

for line in sys.stdin:
    try:
        request = json.loads(line)
        reply = REQUESTS[request["do"]](request)
    except Exception as error:
        reply = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(reply))
