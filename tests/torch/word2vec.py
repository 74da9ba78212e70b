"""CBOW and skip-gram in PyTorch."""

import torch
import torch.nn.functional as F

from arrays import array_of, ids_of, tensor_of
from training import NAMES, OPTIMIZERS


def pair_loss(h, words, negatives, w_out, b_out):
    """The mean loss of vectors h and the words that belong to them."""
    if negatives is None:
        return F.cross_entropy(F.linear(h, w_out, b_out), words)
    right = (h * w_out[words]).sum(1)
    wrong = torch.bmm(w_out[negatives], h.unsqueeze(2)).squeeze(2)
    if b_out is not None:
        right, wrong = right + b_out[words], wrong + b_out[negatives]
    return -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(1)).mean()


def cbow_loss(batch, combine, table, w_out, b_out=None):
    ids, offsets = ids_of(batch["ids"]), batch["offsets"]
    offsets = None if offsets is None else ids_of(offsets)
    h = F.embedding_bag(ids, table, offsets, mode=combine)
    return pair_loss(h, ids_of(batch["centers"]), negatives_of(batch), w_out, b_out)


def skip_gram_loss(batch, _combine, table, w_out, b_out=None):
    ids, centers, offsets = ids_of(batch["ids"]), ids_of(batch["centers"]), batch["offsets"]
    if offsets is None:
        counts = torch.full_like(centers, ids.numel() // len(centers))
    else:
        counts = torch.diff(ids_of(offsets + [len(ids)]))
    h = F.embedding(centers.repeat_interleave(counts), table)
    return pair_loss(h, ids.reshape(-1), negatives_of(batch), w_out, b_out)


def negatives_of(batch):
    return None if batch["negatives"] is None else ids_of(batch["negatives"])


LOSSES = {"Cbow": cbow_loss, "SkipGram": skip_gram_loss}


def word2vec(request):
    parameters = [torch.nn.Parameter(tensor_of(each)) for each in request["parameters"]]
    options = {NAMES.get(key, key): value for key, value in request["options"].items()}
    optimizer = OPTIMIZERS[request["optimizer"]](parameters, **options)
    trajectory, losses = [], []
    for batch in request["batches"]:
        optimizer.zero_grad()
        loss = LOSSES[request["model"]](batch, request["combine"], *parameters)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        trajectory.append([array_of(each) for each in parameters])
    return {"trajectory": trajectory, "losses": losses}
