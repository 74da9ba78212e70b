"""Executes a notebook with the Deno kernel, one line per cell. `deno task lab` calls it.

Exit code 0: every cell ran (and agrees with the committed outputs, if compared); 1: not; 130: stopped.
"""

import argparse
import asyncio
import copy
import os
import signal
import sys
import time
from pathlib import Path

# Ctrl-C during the imports just ends the process: no Deno kernel runs yet, and there is no message.
signal.signal(signal.SIGINT, signal.SIG_DFL)
# An optional check of web addresses in jsonschema takes 1.4 s to import; notebooks hold none.
sys.modules["rfc3987_syntax"] = None

import nbformat
from kernel_client import LAST_QUIET_SECONDS, KernelClient, NotebookStopped
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from outputs import differences, error_text, merge_streams
from syntax import explain, is_silent

STOPPED = 130


def is_code(cell):
    return cell.cell_type == "code" and cell.source.strip() != ""


async def run(nb, folder, timeout):
    """Executes the code cells of `nb` in place and makes their outputs repeatable."""
    client = KernelClient(nb, folder, timeout)
    client.stop_on_signals()
    total = sum(map(is_code, nb.cells))
    number = 0
    try:
        await client.start()
        info = await client.async_wait_for_reply(client.kc.kernel_info())
        nb.metadata["language_info"] = info["content"]["language_info"]
        for index, cell in enumerate(nb.cells):
            if is_code(cell):
                number += 1
                await run_cell(client, index, number, total)
            elif cell.cell_type == "markdown" and cell.source.startswith("#"):
                print("         " + cell.source.split("\n")[0])
        await client.drain(LAST_QUIET_SECONDS)
    except (asyncio.CancelledError, DeadKernelError):
        # nbclient reports a cancelled run as a dead kernel.
        if client.signalled:
            raise KeyboardInterrupt from None
        raise NotebookStopped("The Deno kernel died as soon as it had started") from None
    finally:
        await client.stop()
    tidy(nb)


async def run_cell(client, index, number, total):
    """Executes one cell and prints its line; throws NotebookStopped when it fails."""
    cell = client.nb.cells[index]
    place = f"[{number:{len(str(total))}}/{total}]"
    label = next(line.strip() for line in cell.source.split("\n") if line.strip())[:70]
    if sys.stdout.isatty():
        print(f"{place} ...           {label}", end="\r", flush=True)
    began = time.perf_counter()
    problem = None
    try:
        await client.async_execute_cell(cell, index, execution_count=number)
    except DeadKernelError:
        if client.signalled:
            raise
        problem = "The Deno kernel died in this cell"
    except CellTimeoutError:
        problem = f"Still running after {client.timeout} s (--timeout sets the limit)"
    except CellExecutionError as error:
        sent = [output for output in cell.outputs if output["output_type"] == "error"]
        traceback = sent[-1]["traceback"] if sent else []
        if is_silent({"status": "error", "evalue": error.evalue, "traceback": traceback}):
            problem = "\n".join(explain(cell.source, client.km.kernel_spec.argv[0])[2])
        else:
            problem = error_text(error.ename, error.evalue, traceback)
    word = "ok  " if problem is None else "FAIL"
    print(f"{place} {word} {time.perf_counter() - began:5.1f} s  {label}")
    if problem is not None:
        printed = "".join(o["text"] for o in cell.outputs if o["output_type"] == "stream")
        parts = [f"Stopped at cell [{number}]:", indent(cell.source)]
        parts += ["It had printed:", indent(printed.rstrip())] if printed else []
        raise NotebookStopped("\n\n".join(parts + [problem]))


def indent(text):
    return "\n".join("    " + line for line in text.split("\n"))


def tidy(nb):
    """Leaves only what is the same in every run."""
    nb.metadata["kernelspec"] = {"display_name": "Deno", "language": "typescript", "name": "deno"}
    number = 0
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        number += is_code(cell)
        cell.metadata.pop("execution", None)
        cell.execution_count = number if is_code(cell) else None
        cell.outputs = merge_streams(cell.outputs) if is_code(cell) else []
        for output in cell.outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = number


def count_differences(committed, nb):
    """Prints how each cell's outputs differ from those in the file; returns how many cells do."""
    count = 0
    number = 0
    for old, new in zip(committed.cells, nb.cells):
        if not is_code(new):
            continue
        number += 1
        varies = "varies" in new.metadata.get("tags", [])
        diff = differences(old.outputs, new.outputs, varies)
        if diff:
            count += 1
            print(f"\nThe outputs of cell [{number}] are not the committed ones (-) but these (+):")
            print(indent("\n".join(diff)))
    return count


def write(nb, path):
    """Replaces the file in one step."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(nbformat.writes(nb) + "\n", encoding="utf-8")
    os.replace(new, path)


def run_file(path, options):
    """Runs the notebook file with all that was asked for; throws NotebookStopped."""
    print(f"\n{path}")
    try:
        nb = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookStopped(f"Cannot read {path}: there is no such file") from None
    except Exception as error:
        raise NotebookStopped(f"Cannot read {path}: {error}") from None
    committed = copy.deepcopy(nb)
    began = time.perf_counter()
    asyncio.run(run(nb, path.resolve().parent, options.timeout))
    seconds = time.perf_counter() - began
    cells = [cell for cell in nb.cells if is_code(cell)]
    outputs = sum(len(cell.outputs) for cell in cells)
    if options.compare:
        differing = count_differences(committed, nb)
        if differing:
            raise NotebookStopped(
                f"The outputs of {differing} of {len(cells)} cells are not the committed ones"
            )
    if options.write:
        write(nb, path)
    agree = ", all as committed" if options.compare else ""
    print(f"{path}: {len(cells)} cells ok, {outputs} outputs{agree}, {seconds:.1f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run_file(options.notebook, options)
        return 0
    except NotebookStopped as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the Deno kernel has ended", file=sys.stderr)
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
