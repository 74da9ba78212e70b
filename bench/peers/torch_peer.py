"""PyTorch's ways to do the work; the argument, if there is one, is the number of threads."""

import platform
import sys

import torch
import torch.nn.functional as F

from _serve import COMPARED_STEPS, CONTEXT_WIDTH, FOUND, GRAPH_LEAVES, LEARNING_RATE, Way, serve

if len(sys.argv) > 1:
    torch.set_num_threads(int(sys.argv[1]))


def tensor(given, name):
    return torch.from_numpy(given.array(name))


def ids_of(given):
    return torch.from_numpy(given.ids())


def lookup(given):
    table, ids = tensor(given, "table"), ids_of(given)
    module = torch.nn.Embedding.from_pretrained(table, freeze=False)
    return [
        Way("F.embedding", lambda: F.embedding(ids, table)),
        Way("nn.Embedding", lambda: module(ids), result=lambda: module(ids).detach()),
    ]


def backward(given):
    rows, ids, count = tensor(given, "rows"), ids_of(given), given.shape[0]
    dense = torch.ops.aten.embedding_dense_backward
    return [Way("", lambda: dense(rows, ids, count, -1, False))]


def tape(given):
    ids = ids_of(given)
    module = torch.nn.Embedding.from_pretrained(tensor(given, "table"), freeze=False)

    def run():
        module.weight.grad = None
        module(ids).sum().backward()
        return module.weight.grad

    return [Way("", run)]


def matmul(given):
    a, b = tensor(given, "a"), tensor(given, "b")
    return [Way("", lambda: torch.mm(a, b))]


def nearest(given):
    table, queries = tensor(given, "table"), tensor(given, "queries")

    def run():
        return torch.topk(queries @ table.T, FOUND)

    return [Way("topk", run, result=lambda: run().values)]


def stepping(given, name, part, make):
    module = torch.nn.Embedding.from_pretrained(
        tensor(given, "table"), freeze=False, sparse=part == "sparse"
    )
    parameter = module.weight
    module(ids_of(given)).backward(tensor(given, "rows"))
    if part == "sparse":
        # Otherwise every step would sort the ids again, which minimodel does in backward.
        parameter.grad = parameter.grad.coalesce()
    return Way.stepping(name, part, parameter.detach(), make([parameter]).step)


def sgd(given):
    def make(**options):
        return lambda parameters: torch.optim.SGD(parameters, lr=LEARNING_RATE, **options)

    return [
        stepping(given, "", "dense", make()),
        stepping(given, "fused", "dense", make(fused=True)),
        stepping(given, "", "sparse", make()),
    ]


def adam(given):
    def make(kind, **options):
        return lambda parameters: kind(parameters, lr=LEARNING_RATE, **options)

    return [
        stepping(given, "", "dense", make(torch.optim.Adam)),
        stepping(given, "fused", "dense", make(torch.optim.Adam, fused=True)),
        stepping(given, "", "sparse", make(torch.optim.SparseAdam)),
    ]


def graph(given):
    dtype = getattr(torch, given.dtype.name)
    leaves = [torch.tensor(leaf, dtype=dtype, requires_grad=True) for leaf in GRAPH_LEAVES]
    w, x, b = leaves
    repeats = given.shape[0] // 4

    def run():
        for leaf in leaves:
            leaf.grad = None
        y = x
        for _ in range(repeats):
            y = (y * w + x).tanh() - b
        y.backward()
        return y

    def result():
        y = run().detach()
        return torch.stack([y] + [leaf.grad for leaf in leaves])

    return [Way("", run, result=result)]


def cbow_way(given, name, combine, **options):
    def leaf(numbers):
        return numbers.clone().requires_grad_()

    contexts = ids_of(given).reshape(-1, CONTEXT_WIDTH)
    centers = torch.from_numpy(given.ids("centers"))
    table = leaf(tensor(given, "table"))
    w_out = leaf(torch.zeros_like(table))
    b_out = leaf(torch.zeros(given.shape[0], dtype=table.dtype))
    parameters = [table, w_out, b_out]
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE, **options)

    def step():
        loss = F.cross_entropy(F.linear(combine(contexts, table), w_out, b_out), centers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def result():
        for _ in range(COMPARED_STEPS):
            step()
        return torch.cat([each.detach().reshape(-1) for each in parameters])

    return Way(name, step, result=result)


def cbow(given):
    def bags(contexts, table):
        return F.embedding_bag(contexts, table, mode="mean")

    def rows(contexts, table):
        return F.embedding(contexts, table).mean(1)

    return [
        cbow_way(given, "embedding_bag", bags),
        cbow_way(given, "embedding_bag, fused Adam", bags, fused=True),
        cbow_way(given, "embedding, fused Adam", rows, fused=True),
    ]


about = {
    "threads": torch.get_num_threads(),
    "details": {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "processor": torch.backends.cpu.get_cpu_capability(),
    },
}
serve(
    about,
    {
        "lookup": lookup,
        "backward": backward,
        "tape": tape,
        "matmul": matmul,
        "nearest": nearest,
        "sgd": sgd,
        "adam": adam,
        "graph": graph,
        "one-hot": lambda given: "its lookup and its product are timed by themselves",
        "cbow": cbow,
    },
)
