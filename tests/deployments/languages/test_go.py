"""Go apps: modules are downloaded before the code is copied; what runs is a small image with the programs."""

import pytest

from paas.errors import Invalid
from tests.deployments.languages.reading import base, build, command, steps

BUILD = "RUN CGO_ENABLED=0 go build -o /out/ ./..."


def module(text="module example.org/shop\n\ngo 1.22\n", **files):
    return {"go.mod": text, **files}


def test_modules_are_downloaded_first():
    assert steps(module(**{"go.sum": ""})) == ["COPY go.mod go.sum ./", "RUN go mod download", "COPY . .", BUILD]
    assert steps(module()) == ["COPY go.mod ./", "RUN go mod download", "COPY . .", BUILD]


def test_the_programs_run_in_another_image_beside_the_files():
    lines = build(module(**{"main.go": "package main"}))
    assert lines[lines.index("FROM debian:stable-slim") :] == [
        "FROM debian:stable-slim",
        "COPY --from=build /etc/ssl/certs/ /etc/ssl/certs/",
        "ENV PATH=/app/bin:$PATH",
        "WORKDIR /app",
        "COPY . .",
        "COPY --from=build /out/ ./bin/",
        "CMD exec /app/bin/shop",
    ]


@pytest.mark.parametrize(
    "files",
    [
        module("module a\nreplace example.org/b => ./b\n"),
        module("module a\nreplace (\n\texample.org/b v1.0.0 => ../b\n)\n"),
        module(**{"go.work": ""}),
        module(**{"vendor/modules.txt": ""}),
    ],
)
def test_modules_of_the_repository_need_all_files(files):
    assert steps(files) == ["COPY . .", BUILD]


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("module a", "golang:1.25"),
        ("module a\ngo 1.22.3", "golang:1.25"),
        ("module a\ngo 1.27", "golang:1.27"),
        ("module a\ngo 1.21\ntoolchain go1.26.1\n", "golang:1.26"),
        ("module a\ngo 1.x", "golang:1.25"),
    ],
)
def test_the_compiler_is_new_enough(text, image):
    assert base(module(text)) == f"{image} AS build"


@pytest.mark.parametrize(
    ("text", "files", "started"),
    [
        ("module example.org/shop", {"main.go": "// page\n\npackage main\n"}, "/app/bin/shop"),
        ("module example.org/shop/v2 // x", {"shop.go": "package main"}, "/app/bin/shop"),
        ('module "shop"', {"shop.go": "package main"}, "/app/bin/shop"),
        ("module example.org/shop", {"shop.go": "package shop"}, None),
        ("module example.org/shop", {"shop_test.go": "package main"}, None),
        ("module example.org/shop", {}, None),
        ("module example.org/$(reboot)", {"main.go": "package main"}, None),
        ("// module", {"main.go": "package main"}, None),
    ],
)
def test_the_program_of_the_top_folder_starts_it(text, files, started):
    assert command(module(text, **files)) == started


def test_a_source_too_large_to_read_is_the_compilers_to_read():
    class Files(dict):
        def get(self, name, default=None):
            if name == "large.go":
                raise Invalid("large.go has 2,000,000 bytes")
            return super().get(name, default)

    assert command(Files(module(**{"large.go": "", "main.go": "package main"}))) == "/app/bin/shop"
