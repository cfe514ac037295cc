"""Hashing that costs nothing for whoever signs in here."""

import pytest


@pytest.fixture(autouse=True)
def hashing(cheap_hashing):
    """Of all tests in this folder."""
