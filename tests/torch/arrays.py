"""Arrays as they travel: {"dtype", "shape", "bits"}, bits being base64 of little-endian bytes."""

import base64

import torch

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


def gradient_of(leaf):
    grad = leaf.grad if leaf.grad is not None else torch.zeros_like(leaf)
    return array_of(grad.to_dense())
