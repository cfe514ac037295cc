"""What a request finds at hand: the long-lived objects that ``wiring.build`` made."""

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from paas.wiring import Services

KEY = "quayside"


def register(app: Flask, services: "Services") -> None:
    """Put the services where every view finds them."""
    app.extensions[KEY] = services


def services() -> "Services":
    """The services of the app that answers this request."""
    return cast("Services", current_app.extensions[KEY])
