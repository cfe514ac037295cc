"""From the engine's bytes to batches of lines for any number of viewers.

=============  =========================================================================================
``hub``        where viewers come in: finds or starts the feed that they watch, and reads what is past
``feed``       what the viewers of one log share; ``watch`` is one of them
``app``        the log of an app: those of its containers, merged
``container``  the log of one container: followed as it is written, and read back
``reading``    one answer of the engine: bytes, entries, lines, and where somebody stands among them
=============  =========================================================================================
"""
