"""Quayside, a self-hosted PaaS dashboard. This is the map of the house; it imports nothing, as patching comes first.

Imports point down this list, never up; doors (web, cli) never import each other, and neither do logs, deployments
and metrics. ``tests/test_house_rules.py`` reads the imports and holds the code to it.

====================  ==================================================================================
``app.py``            patches, builds and serves
``__main__``, ``cli`` ``python -m paas``: the door without a web server
``wiring``            makes every long-lived object, once
``web``               the only folder that knows Flask: pages, REST, Socket.IO, raw WebSockets
``alerts``            what is watched, what fires, and the notices of it
``logs``              from the engine's bytes to batches of lines for any number of viewers
``deployments``       from a request to running containers: the line, the pipeline, the records and their logs
``metrics``           what the machine and the containers use: readings, the sampler, their history
``apps``              what is deployed and how: catalogue, environment, secrets and their masking
``accounts``          users, sessions, tokens and the one function that decides who may do what
``storage``           the database: session, tables, migrations
``engine``            the only folder that knows the Docker SDK
``broadcast``         one publisher, many viewers, each at a pace of its own
``concurrency``       the only folder that knows eventlet
``settings``          the only reader of the environment
``errors``            Problem and its kinds: what went wrong, said once, translated at each door
====================  ==================================================================================
"""
