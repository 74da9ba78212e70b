"""The outputs of a cell: merging, plain text of errors, and comparison with the committed outputs.

Nothing but the standard library, so that the tests can call it with any Python.
"""

import difflib
import re

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LONGEST_LINE = 160
LONGEST_DIFF = 24


def merge_streams(outputs):
    """Joins consecutive stream outputs of one name: how a text is cut into messages is random."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output["output_type"] == last["output_type"] == "stream"
            and output["name"] == last["name"]
        ):
            last["text"] = text_of(last["text"]) + text_of(output["text"])
        else:
            merged.append(output)
    return merged


def differences(committed, found, varies=False):
    """Lines of a diff from the committed outputs to those found; empty when they agree.

    With `varies` only the kinds are compared: output types, MIME types and stream names.
    """
    render = kind if varies else show
    old = [line for output in merge_streams(committed) for line in render(output)]
    new = [line for output in merge_streams(found) for line in render(output)]
    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    lines = [line for line in lines if not line.startswith("@@")]
    if len(lines) > LONGEST_DIFF:
        lines[LONGEST_DIFF:] = [f"... and {len(lines) - LONGEST_DIFF} more lines"]
    return [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "..." for line in lines]


def kind(output):
    """One line that names the kind of an output."""
    output_type = output["output_type"]
    if output_type == "stream":
        return [f"stream {output['name']}"]
    if output_type == "error":
        return [f"error {output['ename']}"]
    return [f"{output_type} {', '.join(sorted(output['data']))}"]


def show(output):
    """The lines of an output that are the same in every run, so not the places in a traceback."""
    lines = kind(output)
    if output["output_type"] == "stream":
        return lines + text_of(output["text"]).split("\n")
    if output["output_type"] == "error":
        return lines + text_of(output["evalue"]).split("\n")
    for mime, value in sorted(output["data"].items()):
        text = text_of(value)
        if mime.endswith(("html", "xml")):
            # A picture is often one line; a diff of its elements can be read.
            text = re.sub(r">\s*<", ">\n<", text)
        lines += [f"{mime}:"] + text.split("\n")
    return lines + [f"metadata: {output['metadata']}"] * bool(output.get("metadata"))


def error_text(ename, evalue, traceback):
    """The error of a cell as plain text."""
    text = ANSI.sub("", "\n".join(traceback)).strip()
    headline = f"{ename}: {evalue}"
    return text if text.startswith(headline) else f"{headline}\n{text}".rstrip()


def text_of(value):
    """A multiline text of a notebook: one string, a list of lines, or JSON."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else repr(value)
