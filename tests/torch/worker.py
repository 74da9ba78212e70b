"""Answers requests about tensors with PyTorch, one line of JSON each.

Numbers travel as the base64 of their little-endian bytes: {"dtype", "shape", "bits"} is an array.

{"do": "graph", "leaves": [array], "steps": [{"call", "kwargs", "inputs", "params"}], "upstream"}
    -> {"value": array of the last step, "gradients": [array of each leaf]}
    An input is the place of a leaf or, behind the leaves, of an earlier step. A call is a name below
    torch, "nn.functional.gelu" say, which gets the inputs and kwargs; or "own." and the name of a
    function marked as own here, which gets the inputs and params.
{"do": "lookup", "table": array, "ids", "options", "upstream": array}
    -> {"value", "table": as it is afterwards, "gradient", "rows": those of a sparse gradient or null}
{"do": "bag", ..., "offsets", "mode", "weights": array or null} -> as lookup, and "weightGradient"
{"do": "train", "parameters": [array], "optimizer": name, "options", "graphs": [steps], "upstreams"}
    -> {"trajectory": [[array of each parameter] after each step]}
"""

import base64
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
DTYPES = {"float64": torch.float64, "float32": torch.float32}


def tensor_of(array):
    raw = bytearray(base64.b64decode(array["bits"]))
    dtype = DTYPES[array["dtype"]]
    if not raw:
        return torch.empty(array["shape"], dtype=dtype)
    return torch.frombuffer(raw, dtype=dtype).reshape(array["shape"]).clone()


def leaf_of(array):
    return tensor_of(array).requires_grad_()


def array_of(x):
    x = x.detach().contiguous()
    raw = bytes(x.reshape(-1).view(torch.uint8).tolist()) if x.numel() else b""
    name = "float64" if x.dtype == torch.float64 else "float32"
    return {"dtype": name, "shape": list(x.shape), "bits": base64.b64encode(raw).decode()}


def ids_of(ids):
    return torch.tensor(ids, dtype=torch.long)


OWN = {}


def own(function):
    """Marks what is asked for by its name, for ops that take more than one call of PyTorch."""
    OWN[function.__name__] = function
    return function


def dims(x, params):
    """The reduced axes, counted from the front, and the others."""
    axis = params.get("axis")
    if axis is None:
        axis = list(range(x.dim()))
    elif isinstance(axis, int):
        axis = [axis]
    axes = sorted(a % x.dim() for a in axis)
    return axes, [a for a in range(x.dim()) if a not in axes]


def reduce_with(reduce, x, params):
    axes, _ = dims(x, params)
    # An empty list means every axis to torch, and none to NumPy.
    return reduce(x, axes, keepdim=params.get("keepdims", False)) if axes else x.clone()


@own
def total(inputs, params):
    return reduce_with(torch.sum, inputs[0], params)


@own
def mean(inputs, params):
    return reduce_with(torch.mean, inputs[0], params)


def first_of(choose, x, params):
    """The extreme whose gradient goes to the first: that of max(dim), which takes one axis."""
    axes, rest = dims(x, params)
    width = math.prod(x.shape[a] for a in axes)
    rows = x.permute(rest + axes).reshape([x.shape[a] for a in rest] + [width])
    found = choose(rows, dim=-1).values
    kept = [1 if a in axes else n for a, n in enumerate(x.shape)]
    return found.reshape(kept) if params.get("keepdims") else found


@own
def largest(inputs, params):
    return first_of(torch.max, inputs[0], params)


@own
def smallest(inputs, params):
    return first_of(torch.min, inputs[0], params)


@own
def norm(inputs, params):
    x = inputs[0]
    axes, _ = dims(x, params)
    # JSON has no Infinity, and makes it null.
    order = params.get("p", 2)
    order = math.inf if order is None else order
    if not axes:
        return x.abs()
    return torch.linalg.vector_norm(x, order, axes, keepdim=params.get("keepdims", False))


@own
def where(inputs, params):
    return torch.where(torch.tensor(params["condition"], dtype=torch.bool), *inputs)


@own
def taken_along(inputs, params):
    return torch.gather(inputs[0], params["axis"], ids_of(params["ids"]))


@own
def cast(inputs, params):
    return inputs[0].to(DTYPES[params["dtype"]])


@own
def transposed(inputs, params):
    return inputs[0].permute(params.get("perm") or list(range(inputs[0].dim()))[::-1])


@own
def concat(inputs, params):
    return torch.cat(inputs, params["axis"])


@own
def stack(inputs, params):
    return torch.stack(inputs, params["axis"])


@own
def sliced(inputs, params):
    x = inputs[0]
    starts, stops = params["starts"], params["stops"]
    steps = params.get("steps") or []
    for axis in range(x.dim()):
        start, stop, step = ((list(each) + [None] * x.dim())[axis] for each in (starts, stops, steps))
        indices = range(x.shape[axis])[slice(start, stop, step)]
        x = x.index_select(axis, ids_of(list(indices)))
    return x.clone() if not x.dim() else x


@own
def cross_entropy(inputs, params):
    logits, ids = inputs[0], ids_of(params["ids"])
    reduction = params.get("reduction", "mean")
    rows = logits.reshape(-1, logits.shape[-1])
    losses = F.cross_entropy(
        rows,
        ids.reshape(-1),
        reduction=reduction,
        ignore_index=params.get("ignoreIndex", -100),
        label_smoothing=params.get("labelSmoothing", 0.0),
    )
    return losses.reshape(ids.shape) if reduction == "none" else losses


@own
def gathered(inputs, params):
    table, ids = inputs[0], ids_of(params["ids"])
    if params.get("sparse"):
        return F.embedding(ids, table, sparse=True)
    return table[ids] if ids.dim() else table[ids.item()].clone()


@own
def gather_backward(inputs, params):
    dy, shape = inputs[0], params["shape"]
    ids = ids_of(params["ids"]).reshape(-1)
    zeros = torch.zeros(shape, dtype=dy.dtype)
    return zeros.index_add(0, ids, dy.reshape([len(ids)] + shape[1:]))


def composed_bag(inputs, ids, offsets, mean):
    """Bags that F.embedding_bag does not make: of other than vectors, or weighted means."""
    table = inputs[0]
    ones = [1] * (table.dim() - 1)
    bags = torch.bucketize(torch.arange(len(ids)), offsets, right=True) - 1
    rows = table[ids] * inputs[1].reshape([-1] + ones) if len(inputs) > 1 else table[ids]
    zeros = torch.zeros([len(offsets)] + list(table.shape[1:]), dtype=table.dtype)
    total = zeros.index_add(0, bags, rows)
    sizes = torch.bincount(bags, minlength=len(offsets)).clamp(min=1)
    return total / sizes.reshape([-1] + ones) if mean else total


@own
def bagged(inputs, params):
    table, ids = inputs[0], ids_of(params["ids"])
    offsets = params.get("offsets")
    if offsets is None:
        offsets = [row * ids.shape[1] for row in range(ids.shape[0])]
    ends = params.get("includeLastOffset", False)
    if table.dim() != 2 or (params.get("mean") and len(inputs) > 1):
        starts = ids_of(offsets[:-1] if ends else offsets)
        return composed_bag(inputs, ids.reshape(-1), starts, params.get("mean"))
    return F.embedding_bag(
        ids.reshape(-1),
        table,
        ids_of(offsets),
        mode="mean" if params.get("mean") else "sum",
        sparse=params.get("sparse", False),
        include_last_offset=ends,
        per_sample_weights=inputs[1].reshape(-1) if len(inputs) > 1 else None,
        padding_idx=params.get("paddingIdx"),
    )


@own
def max_by_group(inputs, params):
    rows, groups = inputs[0], params["ids"]
    order = sorted(range(len(groups)), key=lambda n: groups[n])
    offsets = [sum(g < group for g in groups) for group in range(params["count"])]
    flat = rows.reshape([rows.shape[0], -1] if rows.numel() else [0, 2])
    bags = F.embedding_bag(ids_of(order), flat, ids_of(offsets), mode="max")
    return bags.reshape([params["count"]] + list(rows.shape[1:]))


def call(step, inputs):
    """What a step gives."""
    name, params = step["call"], step["params"]
    if name.startswith("own."):
        return OWN[name[len("own.") :]](inputs, params)
    function = torch
    for part in name.split("."):
        function = getattr(function, part)
    operands = list(inputs)
    if "left" in params:
        # As a tensor: a bare number over a tensor is the number times the tensor's reciprocal.
        operands.insert(0, torch.tensor(params["left"], dtype=inputs[0].dtype))
    if "right" in params:
        operands.append(params["right"])
    return function(*operands, **step["kwargs"])


def run_steps(leaves, steps):
    nodes = list(leaves)
    for step in steps:
        inputs = [nodes[place] for place in step["inputs"]]
        nodes.append(call(step, inputs))
    return nodes[-1]


def gradient_of(leaf):
    grad = leaf.grad if leaf.grad is not None else torch.zeros_like(leaf)
    return array_of(grad.to_dense())


def graph(request):
    leaves = [leaf_of(each) for each in request["leaves"]]
    value = run_steps(leaves, request["steps"])
    value.backward(tensor_of(request["upstream"]))
    return {"value": array_of(value), "gradients": [gradient_of(each) for each in leaves]}


def module_options(options):
    names = {
        "paddingIdx": "padding_idx",
        "maxNorm": "max_norm",
        "normType": "norm_type",
        "scaleGradByFreq": "scale_grad_by_freq",
        "sparse": "sparse",
        "freeze": "freeze",
    }
    given = {names[key]: value for key, value in options.items()}
    if "norm_type" in given:
        given["norm_type"] = float(given["norm_type"])
    return given


def answer_of(module, value, upstream):
    if value.requires_grad:
        value.backward(tensor_of(upstream))
    grad = module.weight.grad
    rows = grad.coalesce().indices()[0].tolist() if grad is not None and grad.is_sparse else None
    return {
        "value": array_of(value),
        "table": array_of(module.weight),
        "gradient": None if grad is None else array_of(grad.to_dense()),
        "rows": rows,
    }


def lookup(request):
    options = {"freeze": False, **module_options(request["options"])}
    module = torch.nn.Embedding.from_pretrained(tensor_of(request["table"]), **options)
    return answer_of(module, module(ids_of(request["ids"])), request["upstream"])


def frequency_bag(module, ids, offsets, weights):
    """A bag from a lookup: EmbeddingBag divides by another id's count (pytorch/pytorch#190063)."""
    if offsets is None:
        bags = torch.arange(len(ids)).repeat_interleave(ids.shape[1])
        count = len(ids)
    else:
        bags = torch.bucketize(torch.arange(len(ids)), offsets, right=True) - 1
        count = len(offsets)
    flat = ids.reshape(-1)
    rows = F.embedding(
        flat, module.weight, module.padding_idx, module.max_norm, module.norm_type, True
    )
    if weights is not None:
        rows = rows * weights.reshape(-1, 1)
    kept = torch.ones_like(flat, dtype=torch.bool)
    if module.padding_idx is not None:
        kept = flat != module.padding_idx
    zeros = torch.zeros([count, rows.shape[1]], dtype=rows.dtype)
    total = zeros.index_add(0, bags[kept], rows[kept])
    if module.mode == "sum":
        return total
    return total / torch.bincount(bags[kept], minlength=count).clamp(min=1).reshape(-1, 1)


def bag(request):
    options = {"freeze": False, **module_options(request["options"])}
    module = torch.nn.EmbeddingBag.from_pretrained(
        tensor_of(request["table"]), mode=request["mode"], **options
    )
    weights = None if request["weights"] is None else leaf_of(request["weights"])
    offsets = None if request["offsets"] is None else ids_of(request["offsets"])
    ids = ids_of(request["ids"])
    if module.scale_grad_by_freq:
        value = frequency_bag(module, ids, offsets, weights)
    else:
        value = module(ids, offsets, per_sample_weights=weights)
    answer = answer_of(module, value, request["upstream"])
    return {**answer, "weightGradient": None if weights is None else gradient_of(weights)}


OPTIMIZERS = {
    "Sgd": torch.optim.SGD,
    "Adam": torch.optim.Adam,
    "SparseAdam": torch.optim.SparseAdam,
}


def train(request):
    parameters = [torch.nn.Parameter(tensor_of(each)) for each in request["parameters"]]
    names = {"weightDecay": "weight_decay"}
    options = {names.get(key, key): value for key, value in request["options"].items()}
    optimizer = OPTIMIZERS[request["optimizer"]](parameters, **options)
    trajectory = []
    for steps, upstream in zip(request["graphs"], request["upstreams"]):
        optimizer.zero_grad()
        run_steps(parameters, steps).backward(tensor_of(upstream))
        optimizer.step()
        trajectory.append([array_of(each) for each in parameters])
    return {"trajectory": trajectory}


def version(_request):
    return {"version": torch.__version__}


REQUESTS = {"graph": graph, "lookup": lookup, "bag": bag, "train": train, "version": version}

for line in sys.stdin:
    try:
        request = json.loads(line)
        reply = REQUESTS[request["do"]](request)
    except Exception as error:
        reply = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(reply))
