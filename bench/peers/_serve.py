"""The side of a Python peer: answers requests of the driver, each in one line of JSON."""

import gc
import json
import sys
import time

import numpy as np

LEARNING_RATE = 2.0**-6
COMPARED_STEPS = 3
CONTEXT_WIDTH = 4
FOUND = 10
GRAPH_LEAVES = (1.0, 0.125, 0.125)


class Way:
    """A way to do a case's work: `run` does it once, `result` from the start and gives numbers."""

    def __init__(self, name, run, part="", result=None):
        self.name = name
        self.part = part
        self.run = run
        self.result = result or run

    @staticmethod
    def stepping(name, part, parameter, step):
        """An optimiser's way: the numbers are those of its parameter after the first steps."""

        def result():
            for _ in range(COMPARED_STEPS):
                step()
            return parameter

        return Way(name, step, part, result)


class Given:
    """What a peer gets to prepare a case."""

    def __init__(self, task):
        self.dtype = np.dtype(task["dtype"])
        self.shape = task["shape"]
        self.count = task["count"]
        self.files = task["files"]

    def array(self, name):
        columns = self.shape[1]
        return np.fromfile(self.files[name], self.dtype).reshape(-1, columns)

    def ids(self, name="ids"):
        # NumPy and PyTorch index with int64; they would convert other kinds at each call.
        return np.fromfile(self.files[name], np.int32).astype(np.int64)


def timed(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) * 1000


def serve(about, peer):
    ways = []
    gc.disable()
    for line in sys.stdin:
        request = json.loads(line)
        ask = request["ask"]
        try:
            if ask == "about":
                reply = about
            elif ask == "release":
                ways = []
                gc.collect()
                reply = {}
            elif ask == "prepare":
                task = request["task"]
                prepared = peer[task["work"]](Given(task))
                if isinstance(prepared, str):
                    reply = {"missing": prepared}
                else:
                    ways = prepared
                    reply = {"ways": [{"name": way.name, "part": way.part} for way in ways]}
                del prepared
            elif ask == "result":
                found = np.ascontiguousarray(ways[request["way"]].result())
                # As bytes: JSON of 38 million numbers would take a minute.
                print(json.dumps({"bytes": found.nbytes}), flush=True)
                sys.stdout.buffer.write(found.data.cast("B"))
                sys.stdout.buffer.flush()
                del found
                continue
            else:
                reply = {"ms": timed(ways[request["way"]].run, request["calls"])}
        except Exception as error:
            reply = {"error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(reply), flush=True)
