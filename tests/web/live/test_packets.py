"""What clients may say, and that all else is passed over: the library's server must find nothing in it to fail on."""

import pytest
from socketio import packet

from paas.web.live.packets import TextPacket


@pytest.mark.parametrize(
    ("sent", "kind", "content"),
    [
        ('2/logs,5["watch",{"container":"web"}]', packet.EVENT, ["watch", {"container": "web"}]),
        ('2/logs,["watch"]', packet.EVENT, ["watch"]),
        ('2/logs,["watch",1,2,3]', packet.EVENT, ["watch", 1]),
        ("0/logs,", packet.CONNECT, None),
        ('0/logs,{"token":"x"}', packet.CONNECT, {"token": "x"}),
        ("1/logs,", packet.DISCONNECT, None),
        ("3/logs,1[1]", packet.ACK, [1]),
    ],
)
def test_what_may_be_said_is_understood(sent, kind, content):
    heard = TextPacket(encoded_packet=sent)
    assert (heard.packet_type, heard.namespace, heard.data) == (kind, "/logs", content)


@pytest.mark.parametrize(
    "sent",
    [
        "", "x", "2", "2/logs,", "2/logs,[", "2/logs,[]", "2/logs,{}", '2/logs,"x"', "2/logs,[5]", "2/logs,[null]",
        '2/logs,["connect",{}]', '2/logs,["disconnect"]', '2/logs,["watch",' + "[" * 30_000,
        '51-/logs,["watch",{"_placeholder":true,"num":0}]', '5999999999-/logs,["watch"]', '61-/logs,1["x"]',
        '4/logs,"no"', "7/logs,[]", "9/logs,[]", "2/logs," + "1" * 200, b"abc", b"\xff", "\u00b2/logs,[]",
    ],
)  # fmt: skip
def test_all_else_is_an_answer_that_nobody_waits_for(sent):
    heard = TextPacket(encoded_packet=sent)
    assert (heard.packet_type, heard.namespace, heard.id, heard.data) == (packet.ACK, None, None, [])
    assert heard.attachment_count == 0


def test_what_we_say_is_written_as_ever():
    message = {"watch": "1", "rows": "[]"}
    ours, theirs = (
        kind(packet.EVENT, ["lines", message], namespace="/logs").encode() for kind in (TextPacket, packet.Packet)
    )
    assert ours == theirs
