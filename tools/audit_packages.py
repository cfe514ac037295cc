"""Asks osv.dev whether the pinned packages have known weaknesses. Without network it says so and passes."""

import json
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

PINS = Path(__file__).resolve().parents[1] / "requirements-pins.txt"
ADDRESS = "https://api.osv.dev/v1/querybatch"
PAGE = "https://osv.dev/vulnerability/"
PATIENCE_SECONDS = 20


def main(address: str = ADDRESS, pins: Path = PINS) -> int:
    """The exit status: 1 when a package is known to be weak."""
    packages = pinned(pins.read_text())
    try:
        found = ask(packages, address)
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"Not looked for weak packages: {ADDRESS.split('/')[2]} does not answer ({error}).")
        return 0
    for name, weaknesses in found.items():
        for each in weaknesses:
            print(f"{name} {packages[name]} is weak: {PAGE}{each}")
    if found:
        print("Raise their versions in requirements-pins.txt.")
    return int(bool(found))


def pinned(text: str) -> dict[str, str]:
    """``a==1.0`` lines -> name and version."""
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in text.splitlines())
    return {name.strip(): version.strip() for name, sign, version in (line.partition("==") for line in lines) if sign}


def ask(packages: Mapping[str, str], address: str) -> dict[str, list[str]]:
    """The weaknesses of each package that has some."""
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": packages[name]} for name in packages]
    body = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - https
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
        results = json.load(answer)["results"]
    pairs = zip(packages, results, strict=True)
    return {name: [each["id"] for each in result["vulns"]] for name, result in pairs if result.get("vulns")}


if __name__ == "__main__":
    sys.exit(main())
