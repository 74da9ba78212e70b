"""Lookups and bags by PyTorch's modules."""

import torch
import torch.nn.functional as F

from arrays import array_of, gradient_of, ids_of, leaf_of, tensor_of


def module_options(options):
    names = {
        "paddingIdx": "padding_idx",
        "maxNorm": "max_norm",
        "normType": "norm_type",
        "scaleGradByFreq": "scale_grad_by_freq",
        "sparse": "sparse",
        "freeze": "freeze",
        "includeLastOffset": "include_last_offset",
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
        count = len(offsets) - module.include_last_offset
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
