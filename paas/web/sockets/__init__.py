"""The raw WebSockets, for clients written without Socket.IO: the same logs from the same feeds, one message a line, and
the same samples of the machine.

``opening`` asks who comes in and takes the socket over, ``visitors`` keeps who is in, ``log_view`` is what the logs do
alike, ``messages`` is what is said.
"""
