"""What the pages load: every file is there, nothing points to another host, to a missing map or inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
SOURCES = {str(path.relative_to(ROOT)): path.read_text() for path in [*TEMPLATES, *SCRIPTS]}

STATIC_URL = re.compile(r"""static_url\(["']([^"']+)["']\)""")
IMPORT = re.compile(r"""(?:from|import)\s+["'](\.[^"']+)["']""")
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
OTHER_HOST = re.compile(r"""(?:src|href)=["'](?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""")


@pytest.mark.parametrize("name", SOURCES)
def test_every_file_that_is_loaded_exists(name):
    folder = (ROOT / name).parent
    paths = [STATIC / path for path in STATIC_URL.findall(SOURCES[name])]
    paths += [folder / path for path in IMPORT.findall(SOURCES[name])] if name.endswith(".js") else []
    assert not [str(path) for path in paths if not path.is_file()]


@pytest.mark.parametrize("name", [name for name in SOURCES if name.endswith(".html")])
def test_nothing_inline_that_a_strict_policy_would_block(name):
    assert not INLINE.findall(SOURCES[name])


@pytest.mark.parametrize(
    "path", [*TEMPLATES, *sorted(STATIC.rglob("*.css"))], ids=lambda path: str(path.relative_to(ROOT))
)
def test_nothing_from_another_host(path):
    assert not OTHER_HOST.findall(path.read_text())


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.[jc]s*")), ids=lambda path: str(path.relative_to(STATIC)))
def test_no_source_map_is_promised_that_is_not_here(path):
    assert "sourceMappingURL" not in path.read_text()
