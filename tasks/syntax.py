"""The syntax error of a cell that cannot be parsed. The Deno kernel only says that it failed, and
says the same of a cell that was stopped.

Nothing but the standard library, so that the tests can call it with any Python.
"""

import re
import subprocess

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LONGEST_SECONDS = 10
CONSEQUENCE = "The cell did not run: what it declares is still what it was before."
STOPPED = "The cell was stopped, or holds what a cell cannot, such as import.meta"


def is_silent(reply):
    """Whether a reply says only that a cell failed, as for one that cannot be parsed."""
    return (
        reply.get("status") == "error"
        and reply.get("evalue") == "Execution failed"
        and not reply.get("traceback")
    )


def explain(source, deno):
    """The syntax error of a cell as (name, message, lines of text), found by Deno's own parser."""
    lines = parser_says(source, deno)
    if lines is None:
        lines = ["SyntaxError: The cell cannot be parsed"]
    elif not lines:
        return "Error", STOPPED, [f"Error: {STOPPED}"]
    name, _, message = lines[0].partition(": ")
    return name, message, [*lines, CONSEQUENCE]


def parser_says(source, deno):
    """What `deno fmt` says about code that it cannot parse, without the address of its input;
    nothing about other code, and None if it cannot be asked."""
    # The code is given as input, not as a file, so that Deno reads no configuration and no folder.
    command = [deno, "fmt", "--quiet", "--no-config", "--ext=ts", "-"]
    try:
        run = subprocess.run(
            command, input=source, capture_output=True, text=True, timeout=LONGEST_SECONDS,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if run.returncode == 0:
        return []
    said = ANSI.sub("", run.stderr).split("\n")
    start = next((i for i, line in enumerate(said) if "SyntaxError: " in line), None)
    if start is None:
        return None
    end = next((i for i, line in enumerate(said) if line.strip().startswith("at file:")), len(said))
    return [said[start].removeprefix("error: "), *said[start + 1 : end]]
