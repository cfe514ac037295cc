"""Node apps: packages are installed by the tool whose lock file is there, before the code is copied."""

import json

import pytest

from paas.errors import Invalid
from tests.deployments.languages.reading import base, command, notes, steps

PRODUCTION = "ENV NODE_ENV=production"


def package(**given):
    return {"package.json": json.dumps(given)}


@pytest.mark.parametrize(
    ("lock", "given", "expected"),
    [
        ("package-lock.json", {}, ["COPY package.json package-lock.json ./", "RUN npm ci --omit=dev", "COPY . ."]),
        ("npm-shrinkwrap.json", {}, ["COPY package.json npm-shrinkwrap.json ./", "RUN npm ci --omit=dev", "COPY . ."]),
        (
            "yarn.lock",
            {},
            [
                "RUN npm install --global --force yarn@1.22.22",
                "COPY package.json yarn.lock ./",
                "RUN yarn install --frozen-lockfile --production",
                "COPY . .",
            ],
        ),
        (
            "yarn.lock",
            {"packageManager": "yarn@4.1.0"},
            [
                "RUN npm install --global --force corepack && corepack enable",
                "COPY package.json yarn.lock ./",
                "RUN yarn install --immutable",
                "COPY . .",
            ],
        ),
        (
            "pnpm-lock.yaml",
            {},
            [
                "RUN npm install --global --force pnpm@10",
                "COPY package.json pnpm-lock.yaml ./",
                "RUN pnpm install --frozen-lockfile --prod",
                "COPY . .",
            ],
        ),
    ],
)
def test_packages_are_installed_as_they_are_locked(lock, given, expected):
    files = {**package(**given), lock: ""}
    assert steps(files) == [*expected, PRODUCTION]
    assert notes(files) == ()


def test_what_is_built_needs_all_packages_and_is_rid_of_some_afterwards():
    assert steps({**package(scripts={"build": "vite build"}), "package-lock.json": "", ".npmrc": ""}) == [
        "COPY package.json package-lock.json .npmrc ./",
        "RUN npm ci",
        "COPY . .",
        "RUN npm run build",
        "RUN npm prune --omit=dev",
        PRODUCTION,
    ]


@pytest.mark.parametrize(
    ("wanted", "version"),
    [("pnpm@9.1.0", "9.1.0"), ("pnpm@9.1.0+sha512.abc", "9.1.0"), ("pnpm@latest && reboot", "10"), (5, "10")],
)
def test_pnpm_is_the_one_asked_for(wanted, version):
    files = {**package(packageManager=wanted), "pnpm-lock.yaml": ""}
    assert steps(files)[0] == f"RUN npm install --global --force pnpm@{version}"


@pytest.mark.parametrize(
    "given", [{"workspaces": ["a"]}, {"scripts": {"postinstall": "prisma generate"}}, {"scripts": {"prepare": "a"}}]
)
def test_install_scripts_and_workspaces_need_all_files(given):
    files = {**package(**given), "package-lock.json": ""}
    assert steps(files) == ["COPY . .", "RUN npm ci", "RUN npm prune --omit=dev", PRODUCTION]
    assert "installed anew whenever a file changes" in notes(files)[0]


def test_a_missing_lock_file_is_said():
    assert steps(package()) == ["COPY package.json ./", "RUN npm install --omit=dev", "COPY . .", PRODUCTION]
    assert "no lock file" in notes(package())[0]


@pytest.mark.parametrize(
    ("given", "files", "image"),
    [
        ({}, {}, "node:24-slim"),
        ({"engines": {"node": "22"}}, {}, "node:22-slim"),
        ({"engines": {"node": "22.x"}}, {}, "node:22-slim"),
        ({"engines": {"node": "^20.1.0"}}, {}, "node:20-slim"),
        ({"engines": {"node": "~18.2"}}, {}, "node:18-slim"),
        ({"engines": {"node": ">=18"}}, {}, "node:24-slim"),
        ({"engines": {"node": "20 || 22"}}, {}, "node:24-slim"),
        ({"engines": {"node": "22"}}, {".nvmrc": "v20.11.1\n"}, "node:20.11.1-slim"),
        ({}, {".node-version": "21"}, "node:21-slim"),
        ({}, {".nvmrc": "lts/*"}, "node:24-slim"),
        ({"engines": "node"}, {}, "node:24-slim"),
        ({"engines": {"node": 22}}, {}, "node:22-slim"),
    ],
)
def test_the_version_is_the_one_asked_for(given, files, image):
    assert base({**package(**given), **files}) == image


@pytest.mark.parametrize(
    ("given", "files", "started"),
    [
        ({"scripts": {"start": "node ."}}, {"package-lock.json": ""}, "npm start"),
        ({"scripts": {"start": "node ."}}, {"yarn.lock": ""}, "yarn start"),
        ({"scripts": {"start": "node ."}}, {"pnpm-lock.yaml": ""}, "pnpm start"),
        ({}, {"server.js": ""}, "node server.js"),
        ({"scripts": {}}, {"index.js": ""}, None),
    ],
)
def test_the_start_script_starts_it(given, files, started):
    assert command({**package(**given), **files}) == started


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\n", "package.json, line 2: this is not JSON"),
        ("[]", "package.json must be an object"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_wrong_package_is_named(text, said):
    with pytest.raises(Invalid, match=said):
        steps({"package.json": text})
