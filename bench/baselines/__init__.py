"""What the dashboard is compared with, kept small: each is one loop that sends a log's lines to a bare page.

``seed`` is the loop that the product grew out of: every two seconds ask for what is new ``since`` the last line, once
for each viewer. ``floor`` is the least that can be done: the engine's own stream, passed on as it comes.
"""
