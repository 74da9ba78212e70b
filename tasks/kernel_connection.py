"""The connection between JupyterLab and a Deno kernel, with syntax errors added.

JupyterLab shows errors that come as messages. For a cell that cannot be parsed, the Deno kernel
sends none, and only its reply says that the cell failed: so the message is added before the reply.
"""

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from syntax import explain, is_silent

PROTOCOL = "v1.kernel.websocket.jupyter.org"


class TellingConnection(ZMQChannelsWebsocketConnection):
    """Passes everything on, and adds the syntax error of a cell that cannot be parsed."""

    def handle_incoming_message(self, incoming_msg):
        if self.subprotocol == PROTOCOL:
            self.remember(*deserialize_msg_from_ws_v1(incoming_msg))
        super().handle_incoming_message(incoming_msg)

    def remember(self, channel, parts):
        """Keeps the code of a cell until its reply comes."""
        if channel != "shell":
            return
        header = self.session.unpack(parts[0])
        if header["msg_type"] == "execute_request":
            self.code_of()[header["msg_id"]] = self.session.unpack(parts[3])["code"]

    def code_of(self):
        """The code of the cells whose reply has not come yet, by the id of their request."""
        if not hasattr(self, "_code_of"):
            self._code_of = {}
        return self._code_of

    def handle_outgoing_message(self, stream, outgoing_msg):
        # A stream, or the name of its channel.
        channel = getattr(stream, "channel", stream)
        if channel == "shell" and self.subprotocol == PROTOCOL:
            self.tell(outgoing_msg)
        super().handle_outgoing_message(stream, outgoing_msg)

    def tell(self, outgoing_msg):
        """Adds the error of the cell, if the reply does not say it."""
        _, parts = self.session.feed_identities(outgoing_msg)
        header, parent, content = (self.session.unpack(parts[part]) for part in (1, 2, 4))
        code = self.code_of().pop(parent.get("msg_id"), None)
        if header["msg_type"] != "execute_reply" or code is None or not is_silent(content):
            return
        name, message, lines = explain(code, self.kernel_manager.kernel_spec.argv[0])
        error = {"ename": name, "evalue": message, "traceback": lines}
        told = self.session.msg("error", content=error, parent=parent)
        self.write_message(serialize_msg_to_ws_v1(told, "iopub", self.session.pack), binary=True)
