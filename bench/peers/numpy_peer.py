"""NumPy's ways to do the work; the arguments, if there are any, are the only works to do."""

import platform
import sys

import numpy as np
from threadpoolctl import threadpool_info

from _serve import COMPARED_STEPS, CONTEXT_WIDTH, FOUND, LEARNING_RATE, Way, serve


def lookup(given):
    table, ids = given.array("table"), given.ids()
    out = np.empty((given.count, given.shape[1]), given.dtype)
    return [
        Way("E[ids]", lambda: table[ids]),
        Way("take", lambda: np.take(table, ids, axis=0)),
        # With the mode "raise", `out` is copied twice; "clip" refuses no id.
        Way("take out= clip", lambda: np.take(table, ids, axis=0, out=out, mode="clip")),
    ]


def backward(given):
    rows, ids = given.array("rows"), given.ids()

    def run():
        out = np.zeros(given.shape, given.dtype)
        np.add.at(out, ids, rows)
        return out

    return [Way("add.at", run)]


def matmul(given):
    a, b = given.array("a"), given.array("b")
    return [Way("", lambda: a @ b)]


def nearest(given):
    table, queries = given.array("table"), given.array("queries")
    columns = np.ascontiguousarray(queries.T)

    def highest(scores):
        """The ids with the highest scores of each row, the highest first."""
        ids = np.argpartition(scores, -FOUND, axis=1)[:, -FOUND:]
        order = np.argsort(-np.take_along_axis(scores, ids, axis=1), axis=1)
        return np.take_along_axis(ids, order, axis=1)

    def way(name, product):
        def result():
            scores = product()
            return np.take_along_axis(scores, highest(scores), axis=1)

        return Way(name, lambda: highest(product()), result=result)

    return [way("E @ q", lambda: (table @ columns).T), way("q @ E.T", lambda: queries @ table.T)]


def gradients(given):
    """The dense gradient, the rows that are not zero, and their gradients."""
    upstream, ids = given.array("rows"), given.ids()
    dense = np.zeros(given.shape, given.dtype)
    np.add.at(dense, ids, upstream)
    rows = np.unique(ids)
    return dense, rows, dense[rows]


def sgd(given):
    dense, rows, values = gradients(given)
    p, q = given.array("table"), given.array("table")
    room = np.empty_like(p)

    def step():
        np.multiply(dense, LEARNING_RATE, out=room)
        np.subtract(p, room, out=p)

    def step_rows():
        q[rows] -= LEARNING_RATE * values

    return [Way.stepping("", "dense", p, step), Way.stepping("", "sparse", q, step_rows)]


class Adam:
    """Adam by hand, in as few passes as NumPy allows; `rows` are those with a gradient."""

    def __init__(self, parameter, gradient, rows=None):
        self.p, self.g, self.rows = parameter, gradient, rows
        self.m, self.v = np.zeros_like(parameter), np.zeros_like(parameter)
        self.room = np.empty_like(gradient)
        self.steps = 0

    def step(self):
        self.steps += 1
        rows = self.rows
        if rows is None:
            self.move(self.p, self.m, self.v)
            return
        p, m, v = self.p[rows], self.m[rows], self.v[rows]
        self.move(p, m, v)
        self.p[rows], self.m[rows], self.v[rows] = p, m, v

    def move(self, p, m, v):
        beta1, beta2, eps, g, room = 0.9, 0.999, 1e-8, self.g, self.room
        root = (1 - beta2**self.steps) ** 0.5
        rate = LEARNING_RATE / (1 - beta1**self.steps)
        m *= beta1
        m += np.multiply(g, 1 - beta1, out=room)
        v *= beta2
        np.multiply(g, g, out=room)
        room *= 1 - beta2
        v += room
        np.sqrt(v, out=room)
        if self.rows is None:
            room /= root
        else:
            rate *= root
        room += eps
        np.divide(m, room, out=room)
        room *= rate
        p -= room


def adam(given):
    dense, rows, values = gradients(given)
    p, q = given.array("table"), given.array("table")
    return [
        Way.stepping("", "dense", p, Adam(p, dense).step),
        Way.stepping("", "sparse", q, Adam(q, values, rows).step),
    ]


def one_hot(given):
    table, ids = given.array("table"), given.ids()
    places = np.arange(given.count)

    def run():
        matrix = np.zeros((given.count, given.shape[0]), given.dtype)
        matrix[places, ids] = 1
        return matrix @ table

    return [Way("one-hot @ E", run)]


def cbow(given):
    """A step of CBOW by hand: forward, backward and Adam."""
    count, (size, width) = given.count, given.shape
    contexts = given.ids().reshape(-1, CONTEXT_WIDTH)
    centers = given.ids("centers")
    places = np.arange(count)
    cells = (places[:, None] * size + contexts).reshape(-1)
    table = given.array("table")
    w_out = np.zeros_like(table)
    b_out = np.zeros(size, given.dtype)
    gradients = [np.empty_like(each) for each in (table, w_out, b_out)]
    optimizers = [Adam(*pair) for pair in zip((table, w_out, b_out), gradients)]

    def step():
        d_table, d_w_out, d_b_out = gradients
        h = table[contexts].mean(1)
        p = h @ w_out.T
        p += b_out
        p -= p.max(1, keepdims=True)
        right = p[places, centers]
        np.exp(p, out=p)
        total = p.sum(1)
        loss = (np.log(total) - right).mean()
        p /= total[:, None] * count
        p[places, centers] -= 1 / count
        np.matmul(p.T, h, out=d_w_out)
        np.sum(p, 0, out=d_b_out)
        # How often each context has each word, which adds up rows far faster than add.at.
        counts = np.bincount(cells, minlength=count * size).reshape(count, size)
        np.matmul(counts.T.astype(given.dtype), p @ w_out, out=d_table)
        np.divide(d_table, CONTEXT_WIDTH, out=d_table)
        for optimizer in optimizers:
            optimizer.step()
        return loss

    def result():
        for _ in range(COMPARED_STEPS):
            step()
        return np.concatenate([each.reshape(-1) for each in (table, w_out, b_out)])

    return [Way("by hand", step, result=result)]


blas = next(pool for pool in threadpool_info() if pool["user_api"] == "blas")
about = {
    "threads": blas["num_threads"],
    "details": {
        "numpy": np.__version__,
        "python": platform.python_version(),
        "blas": "%s %s, %s kernels" % (blas["internal_api"], blas["version"], blas["architecture"]),
    },
}
no_tape = "it has no automatic gradients"
peer = {
    "lookup": lookup,
    "backward": backward,
    "tape": lambda given: no_tape,
    "matmul": matmul,
    "nearest": nearest,
    "sgd": sgd,
    "adam": adam,
    "graph": lambda given: no_tape,
    "one-hot": one_hot,
    "cbow": cbow,
}
chosen = sys.argv[1:]
if chosen:
    alone = "it differs from NumPy only in its threads, which do not matter here"
    peer = {work: way if work in chosen else lambda given: alone for work, way in peer.items()}
serve(about, peer)
