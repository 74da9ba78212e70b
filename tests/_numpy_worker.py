"""Answers requests about .npy files with real NumPy, one line of JSON each.

{"op": "load", "file": base64} -> what numpy.load makes of the bytes, or {"error": text}
{"op": "load_path", "path": path} -> the same of a file
{"op": "save", "descr", "shape", "order", "data": base64 of C-order bytes, "version"}
    -> {"file": base64}
{"op": "save_path", ..., "path": path} -> numpy.save to a file
{"op": "save_other", "name": name} -> a file of a kind that JavaScript cannot hold
"""

import base64
import io
import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")


def described(array, left):
    native = array.astype(array.dtype.newbyteorder("<"))
    return {
        "descr": array.dtype.str,
        "shape": list(array.shape),
        "fortran": bool(array.flags.f_contiguous and not array.flags.c_contiguous),
        "bits": base64.b64encode(swapped(array).tobytes(order="C")).decode(),
        "values": [text(value) for value in native.ravel(order="C").tolist()],
        "left": left,
    }


def swapped(array):
    """Little-endian bytes without a conversion that could touch the payload of a NaN."""
    return array if array.dtype.str[0] != ">" else array.byteswap()


def text(value):
    if isinstance(value, complex):
        return [repr(value.real), repr(value.imag)]
    return repr(value)


def made(request):
    dtype = np.dtype(request["descr"])
    flat = np.frombuffer(base64.b64decode(request["data"]), dtype)
    array = flat.reshape(request["shape"])
    return np.array(array, order=request["order"])


OTHERS = {
    "float128": lambda: np.ones(2, np.longdouble),
    "complex256": lambda: np.ones(2, np.clongdouble),
    "bytes": lambda: np.array([b"one", b"two"]),
    "strings": lambda: np.array(["one", "two"]),
    "variable strings": lambda: np.array(["one", "two"], np.dtypes.StringDType()),
    "datetimes": lambda: np.array(["2026-11-23"], "M8[D]"),
    "timedeltas": lambda: np.array([1, 2], "m8[25s]"),
    "objects": lambda: np.array([{}, None], object),
    "void": lambda: np.zeros(2, "V4"),
    "records": lambda: np.zeros(2, [("a", "<f4"), ("b", "<i8", (2,))]),
    "records with a name outside Latin-1": lambda: np.zeros(2, [("\u03b1", "<f4")]),
    "large records": lambda: np.zeros(1, [("field%d" % i, "<f4") for i in range(5000)]),
}


def answer(request):
    op = request["op"]
    if op == "load":
        stream = io.BytesIO(base64.b64decode(request["file"]))
        array = np.load(stream, allow_pickle=False)
        return described(array, len(stream.read()))
    if op == "load_path":
        return described(np.load(request["path"], allow_pickle=False), 0)
    if op == "save_path":
        np.save(request["path"], made(request))
        return {}
    stream = io.BytesIO()
    if op == "save_other":
        np.save(stream, OTHERS[request["name"]](), allow_pickle=True)
    else:
        version = request.get("version")
        np.lib.format.write_array(stream, made(request), version and tuple(version))
    return {"file": base64.b64encode(stream.getvalue()).decode()}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:
        reply = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(reply))
