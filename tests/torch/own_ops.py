"""The ops that take more than one call of PyTorch, and graphs of all ops."""

import math

import torch
import torch.nn.functional as F

from arrays import DTYPES, ids_of

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
