"""Training by PyTorch's optimisers."""

import torch

from arrays import array_of, tensor_of
from own_ops import run_steps

OPTIMIZERS = {
    "Sgd": torch.optim.SGD,
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
    "Adagrad": torch.optim.Adagrad,
    "SparseAdam": torch.optim.SparseAdam,
}
NAMES = {
    "weightDecay": "weight_decay",
    "lrDecay": "lr_decay",
    "initialAccumulatorValue": "initial_accumulator_value",
}


def train(request):
    parameters = [torch.nn.Parameter(tensor_of(each)) for each in request["parameters"]]
    options = {NAMES.get(key, key): value for key, value in request["options"].items()}
    optimizer = OPTIMIZERS[request["optimizer"]](parameters, **options)
    factors, clip = request["factors"], request["clip"]
    schedule = factors and torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: factors[min(step, len(factors) - 1)]
    )
    trajectory, norms = [], []
    for steps, upstream in zip(request["graphs"], request["upstreams"]):
        optimizer.zero_grad()
        run_steps(parameters, steps).backward(tensor_of(upstream))
        if clip:
            # JSON has no Infinity: it is text there.
            norm_type = float(clip["normType"])
            norm = torch.nn.utils.clip_grad_norm_(parameters, clip["maxNorm"], norm_type)
            norms.append(float(norm))
        optimizer.step()
        if schedule:
            schedule.step()
        trajectory.append([array_of(each) for each in parameters])
    return {"trajectory": trajectory, "norms": norms}
