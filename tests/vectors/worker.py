"""Reads and writes files of word vectors with other programs; a line of JSON for each request.

{"op": "read", "with": name, "path": path} -> {"words", "rows", "labels"}
{"op": "write", "with": name, "path": path, "words", "rows", "labels", "dtype"} -> {}
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from gensim.models import KeyedVectors
from safetensors import safe_open
from safetensors.numpy import save_file


def told(words, rows, labels=None):
    rows = [[number(x) for x in row] for row in np.asarray(rows).tolist()]
    return {"words": list(words), "rows": rows, "labels": labels or {}}


def number(x):
    """A float as JSON has it: what JSON lacks as text."""
    return x if np.isfinite(x) and not (x == 0 and np.signbit(x)) else repr(float(x))


def read_gensim(path, **options):
    vectors = KeyedVectors.load_word2vec_format(path, **options)
    return told(vectors.index_to_key, vectors.vectors)


def read_safetensors(path):
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
        labels = json.loads(metadata.get("labels", "{}"))
        return told(json.loads(metadata["words"]), file.get_tensor("vectors"), labels)


def read_pyarrow(path):
    table = pq.read_table(path)
    others = {
        name: table[name].to_pylist()
        for name in table.column_names
        if name not in ("word", "vector")
    }
    return told(table["word"].to_pylist(), table["vector"].to_pylist(), others)


def read_duckdb(path):
    table = duckdb.sql(f"select * from read_parquet('{path}')")
    rows = [dict(zip(table.columns, row)) for row in table.fetchall()]
    columns = {name: [row[name] for row in rows] for name in table.columns}
    return told(columns.pop("word"), columns.pop("vector"), columns)


def read_projector(path):
    # It is float32 that the Projector holds.
    vectors = np.loadtxt(path, delimiter="\t", ndmin=2, dtype=np.float32)
    with open(path.replace("vectors", "metadata"), encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    if len(lines[0]) == 1:
        return told([word for word, in lines], vectors)
    names, *lines = lines
    labels = {name: [line[i] for line in lines] for i, name in enumerate(names) if i > 0}
    return told([line[0] for line in lines], vectors, labels)


readers = {
    "gensim": lambda path: read_gensim(path, binary=False),
    "gensim binary": lambda path: read_gensim(path, binary=True),
    "gensim no header": lambda path: read_gensim(path, binary=False, no_header=True),
    "safetensors": read_safetensors,
    "pyarrow": read_pyarrow,
    "duckdb": read_duckdb,
    "projector": read_projector,
}


def write_gensim(path, words, rows, labels, **options):
    vectors = KeyedVectors(rows.shape[1], dtype=rows.dtype)
    vectors.add_vectors(words, rows)
    vectors.save_word2vec_format(path, **options)


def write_safetensors(path, words, rows, labels):
    metadata = {"words": json.dumps(words), "labels": json.dumps(labels)}
    save_file({"vectors": rows, "count": np.array([len(words)])}, path, metadata)


def arrow_table(words, rows, labels):
    kind = pa.float64() if rows.dtype == np.float64 else pa.float32()
    vectors = pa.array(list(rows), pa.list_(kind))
    return pa.table({"word": words, **labels, "vector": vectors})


def write_duckdb(path, words, rows, labels):
    given = arrow_table(words, rows, labels)
    duckdb.sql("select * from given").write_parquet(path)


writers = {
    "gensim": lambda *given: write_gensim(*given, binary=False),
    "gensim binary": lambda *given: write_gensim(*given, binary=True),
    "gensim no header": lambda *given: write_gensim(*given, binary=False, write_header=False),
    "safetensors": write_safetensors,
    "pyarrow": lambda path, *given: pq.write_table(arrow_table(*given), path),
    "pyarrow v2 pages": lambda path, *given: pq.write_table(
        arrow_table(*given), path, data_page_version="2.0", use_dictionary=False
    ),
    "duckdb": write_duckdb,
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        if request["op"] == "read":
            answer = readers[request["with"]](request["path"])
        else:
            rows = np.array([[float(x) for x in row] for row in request["rows"]])
            rows = rows.astype(request["dtype"])
            given = request["path"], request["words"], rows, request["labels"]
            writers[request["with"]](*given)
            answer = {}
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer), flush=True)
