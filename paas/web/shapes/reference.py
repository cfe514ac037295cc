"""The description of REST as a page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}


@dataclass(frozen=True)
class Field:
    """``place`` is path, query, header or body."""

    name: str
    place: str
    kind: str
    is_required: bool


@dataclass(frozen=True)
class Call:
    """One thing to ask for. ``answers`` are pairs of status and meaning."""

    method: str
    path: str
    summary: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    is_open: bool


def groups(document: Mapping[str, Any]) -> dict[str, list[Call]]:
    """The calls of an OpenAPI document by their tag, in the order of the document."""
    found: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_call(method, path, operation))
    return found


def _call(method: str, path: str, operation: Mapping[str, Any]) -> Call:
    answers = ((status, each["description"]) for status, each in operation["responses"].items() if status != "default")
    is_open = operation.get("security") == []
    return Call(method.upper(), path, operation["summary"], tuple(_fields(operation)), tuple(answers), is_open)


def _fields(operation: Mapping[str, Any]) -> Iterator[Field]:
    for each in operation["parameters"]:
        yield Field(each["name"], each["in"], _kind(each["schema"]), each.get("required", False))
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for name, kind in schema["properties"].items():
            yield Field(name, "body", _kind(kind), name in schema["required"])


def _kind(schema: Mapping[str, Any]) -> str:
    """In words: ``one of view, deploy, manage``; ``number or null``."""
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    kinds: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    said = " or ".join(WORDS.get(kind, kind) for kind in kinds)
    return f"{said}: {schema['description']}" if "description" in schema else said
