"""Ruby: a Gemfile with its lock file. Pure."""

import re

from paas.deployments.plans.languages.recipe import ALL, Files, Recipe, copy, version_in

DEFAULT_VERSION = "3.4"
VERSION = re.compile(r"^\s*ruby\s*\(?\s*[\"'](?:~>\s*)?([0-9]+(?:\.[0-9]+){1,2})[\"']", re.MULTILINE)
LOCAL = re.compile(r"\bpath:|:path\b|^\s*gemspec\b|\beval_gemfile\b|\brequire_relative\b", re.MULTILINE)
VERSION_FILES = (".ruby-version", ".tool-versions")
ENVIRONMENT = {"BUNDLE_WITHOUT": "development:test", "RACK_ENV": "production"}
FOR_RAILS = {"RAILS_ENV": "production", "RAILS_LOG_TO_STDOUT": "1", "RAILS_SERVE_STATIC_FILES": "1"}
INSTALL = "RUN bundle install"
ASSETS = "RUN SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=1 bundle exec rake assets:precompile"
NO_LOCK = "There is no Gemfile.lock: commit it, or each build may install other versions."
NOT_CACHED = "The Gemfile reads other files: its gems are installed anew whenever a file changes."


def recipe(files: Files) -> Recipe:
    gemfile, lock = files["Gemfile"], files.get("Gemfile.lock")
    needs_all = bool(LOCAL.search(gemfile))
    lists = ["Gemfile", *(["Gemfile.lock"] if lock is not None else []), *(n for n in VERSION_FILES if n in files)]
    is_rails = _has(lock, "rails")
    has_assets = is_rails and "Rakefile" in files and (_has(lock, "sprockets-rails") or _has(lock, "propshaft"))
    return Recipe(
        "ruby",
        version_in(files.get(".ruby-version")) or _asked_in(gemfile) or DEFAULT_VERSION,
        (*((ALL, INSTALL) if needs_all else (*copy(lists), INSTALL, ALL)), *([ASSETS] if has_assets else [])),
        {
            **ENVIRONMENT,
            **({} if lock is None else {"BUNDLE_FROZEN": "1"}),
            **(FOR_RAILS if is_rails else {}),
        },
        command=_command(files, lock),
        notes=(*([NO_LOCK] if lock is None else []), *([NOT_CACHED] if needs_all else [])),
    )


def _asked_in(gemfile: str) -> str:
    found = VERSION.search(gemfile)
    return found[1] if found else ""


def _has(lock: str | None, gem: str) -> bool:
    return bool(re.search(rf"^    {re.escape(gem)} \(", lock or "", re.MULTILINE))


def _command(files: Files, lock: str | None) -> str:
    if _has(lock, "rails") and "bin/rails" in files:
        return 'bin/rails server -b 0.0.0.0 -p "${PORT:-5000}"'
    if _has(lock, "puma") and "config.ru" in files:
        return 'bundle exec puma -b "tcp://0.0.0.0:${PORT:-5000}"'
    if _has(lock, "rackup") and "config.ru" in files:
        return 'bundle exec rackup -o 0.0.0.0 -p "${PORT:-5000}"'
    return ""
