"""The pages of the scripted server: the real macros, styles and scripts, with little around them."""

_FRAME = """<!doctype html><html lang="en" class="has-js" data-bs-theme="{{ theme }}"><head><meta charset="utf-8">
<title>Log</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{{ static_url('vendor/tabler/tabler.min.css') }}">
<link rel="stylesheet" href="{{ static_url('css/quayside.css') }}">
<link rel="stylesheet" href="{{ static_url('css/log.css') }}">
<link rel="stylesheet" href="{{ static_url('css/deployments.css') }}">
<script type="module" src="{{ static_url('js/main.js') }}"></script></head>
<body><div class="frame frame-fill"><header class="top-bar"></header><aside class="side" popover></aside>
<main class="main">%s</main></div></body></html>"""

LOG = (
    _FRAME
    % """{% from "parts/_log_view.html" import log_view %}
{{ log_view("/logs", watch, api="/api/v1" ~ path, title="Log of shop", login="/login?next=/elsewhere", tail=tail) }}"""
)
