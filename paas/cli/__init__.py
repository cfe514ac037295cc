"""``python -m paas ...``: one more door, over the same domain functions. It loads no web server, and works beside one.

Exit status: 0 done, 1 a Problem (its message on standard error), 2 used wrongly.
"""
