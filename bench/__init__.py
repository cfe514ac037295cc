"""Measures the dashboard as people run it, with a real engine and a real browser, beside two baselines.

``registry`` knows the measures, ``measures/`` has one file for each group of them, ``stage`` starts what they need and
ends it by its process id, ``baselines/`` holds what we compare with. Nothing listens or connects beyond this machine.
"""
