"""REST for people to read: the same as for programs."""

from paas.web.openapi import routes
from paas.web.shapes.reference import Field, groups


def test_every_call_stands_on_the_page(app, signed_in):
    html = signed_in.get("/reference").text
    paths = {rule.rule for _, rule in routes(app) if "<" not in rule.rule}
    assert len(paths) > 8
    assert all(f"<code>{path}</code>" in html for path in paths)
    assert "<code>/api/v1/apps/{reference}/deployments</code>" in html
    assert "one of view, deploy, manage" in html


def test_fields_are_said_in_words():
    schema = {"type": "object", "properties": {"port": {"type": ["integer", "null"]}}, "required": ["port"]}
    operation = {
        "tags": ["apps"],
        "summary": "Makes one.",
        "parameters": [{"name": "wait", "in": "query", "schema": {"type": "string", "description": "yes or no"}}],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"201": {"description": "Made"}, "default": {}},
        "security": [],
    }
    [call] = groups({"paths": {"/api/v1/apps": {"post": operation}}})["apps"]
    assert (call.method, call.answers, call.is_open) == ("POST", (("201", "Made"),), True)
    assert call.fields == (
        Field("wait", "query", "text: yes or no", is_required=False),
        Field("port", "body", "whole number or null", is_required=True),
    )
