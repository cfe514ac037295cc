"""What clients send over Socket.IO, taken apart with nothing left to fail later: no sender fills our memory or our log.

The library's own packets let anyone, signed in or not, announce millions of binary attachments and send them for ever,
log a traceback for each malformed message, and emit ``connect`` and ``disconnect`` as events: whoever sends the latter
is forgotten as a visitor, and hears on after the session has ended. None of our events is binary.
"""

from typing import Any

from socketio import packet

RESERVED = ("connect", "disconnect")
UNREADABLE = "?"


class TextPacket(packet.Packet):  # type: ignore[misc]  # published without types
    """One message, either way. What a client may not say reads as an answer to a question that nobody asked, which is
    passed over."""

    uses_binary_events = False
    packet_type: Any
    data: Any

    def __init__(self, *values: Any, encoded_packet: str | bytes | None = None, **named: Any) -> None:  # noqa: ANN401
        # An empty one would not be decoded at all, and pass for an event without a name.
        super().__init__(*values, encoded_packet=UNREADABLE if encoded_packet == "" else encoded_packet, **named)

    def decode(self, encoded_packet: str | bytes) -> int:
        """Read what was sent; returns how many attachments are to follow, which is none."""
        try:
            attachments = super().decode(encoded_packet)
        except (ValueError, TypeError, RecursionError):
            attachments = None
        if attachments != 0 or not _is_sayable(self.packet_type, self.data):
            self.packet_type, self.namespace, self.id, self.data = packet.ACK, None, None, []
        elif self.packet_type == packet.EVENT:
            self.data = self.data[:2]  # an event has one message
        return 0


def _is_sayable(kind: object, content: Any) -> bool:  # noqa: ANN401 - any JSON
    match kind:
        case packet.CONNECT | packet.DISCONNECT:
            return True
        case packet.EVENT:
            name = content[0] if isinstance(content, list) and content else None
            return isinstance(name, str) and name not in RESERVED
        case packet.ACK:
            return isinstance(content, list)
    return False
