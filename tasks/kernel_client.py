"""A notebook client for the Deno kernel that loses no output and leaves no process behind."""

import asyncio
import json
import logging
import signal
import time
from queue import Empty

from nbclient import NotebookClient

QUIET_SECONDS = 0.05
LAST_QUIET_SECONDS = 0.3
LONGEST_DRAIN_SECONDS = 1.0
STARTUP_SECONDS = 60


class NotebookStopped(Exception):
    """Says in plain words why a notebook did not run to its end."""


class KernelClient(NotebookClient):
    """Loses no output: the Deno kernel may say idle before it has sent everything."""

    def __init__(self, nb, folder, timeout):
        super().__init__(
            nb,
            kernel_name="deno",
            resources={"metadata": {"path": str(folder)}},
            timeout=timeout,
            startup_timeout=STARTUP_SECONDS,
            iopub_timeout=timeout,
            raise_on_iopub_timeout=True,
            record_timing=False,
            # With its whole process group: nothing that a cell has started stays behind.
            shutdown_kernel="immediate",
        )
        # What goes wrong is told once, by the caller.
        self.log = logging.getLogger("quiet")
        self.log.setLevel(logging.CRITICAL)
        # Request id -> (cell, index), for cells and for the prints sent after them.
        self.cell_of = {}
        self.fence_of = {}
        self.mark = ""
        self.signalled = False

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        place = (cell, cell_index)
        self.cell_of[parent_msg_id] = place
        while self.take(await self.next_message(None)) != parent_msg_id:
            pass
        # Prints come in order, but late ones are sent as if they belonged to the next request. So
        # our next request prints a mark: when it arrives, all prints before it have arrived.
        self.mark = f"end of {parent_msg_id}\n"
        fence = self.kc.execute(
            f"console.log({json.dumps(self.mark.strip())})", silent=True, store_history=False
        )
        self.fence_of[fence] = place
        patience = None
        while self.mark:
            try:
                ended = self.take(await self.next_message(patience))
            except Empty:
                break  # The cell has replaced console.log.
            if ended == fence:
                patience = QUIET_SECONDS
        await self.drain(QUIET_SECONDS)

    async def next_message(self, timeout):
        return await self.kc.iopub_channel.get_msg(timeout=timeout)

    async def drain(self, quiet_seconds):
        """Reads until nothing has come for a while, or the deadline: a timer may print for ever."""
        deadline = time.monotonic() + LONGEST_DRAIN_SECONDS
        while time.monotonic() < deadline:
            try:
                self.take(await self.next_message(quiet_seconds))
            except Empty:
                return

    def take(self, msg):
        """Puts a message into the cell it belongs to; returns the request that it ends, if any."""
        kind, content = msg["msg_type"], msg["content"]
        parent = msg["parent_header"].get("msg_id")
        if kind == "status":
            return parent if content["execution_state"] == "idle" else None
        if kind == "stream" and self.mark and self.mark in content["text"]:
            content["text"] = content["text"].replace(self.mark, "")
            self.mark = ""
            if content["text"] == "":
                return None
        place = self.cell_of.get(parent)
        if place is None and kind in ("stream", "display_data", "update_display_data"):
            place = self.fence_of.get(parent)
        if place is not None:
            self.process_message(msg, *place)
        return None

    async def start(self):
        try:
            self.create_kernel_manager()
            await self.async_start_new_kernel()
            await self.async_start_new_kernel_client()
        except Exception as error:
            raise NotebookStopped(f"Cannot start the Deno kernel: {error}") from None

    async def stop(self):
        if self.km is not None and self.km.has_kernel:
            await self._async_cleanup_kernel()

    def stop_on_signals(self):
        """Makes the first Ctrl-C, or closing the terminal, cancel the run, which cleans up."""
        task = asyncio.current_task()

        def stop():
            if not self.signalled:
                self.signalled = True
                task.cancel()

        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            try:
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stop)
            except (AttributeError, NotImplementedError):
                pass  # Windows: Ctrl-C raises KeyboardInterrupt by itself.
