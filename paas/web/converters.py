"""What the places of an address may be."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number that a database can hold. With any other one there is nothing at the address."""

    regex = r"\d{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)


def register(app: Flask) -> None:
    """Before any route is added."""
    app.url_map.converters["int"] = RowNumber
