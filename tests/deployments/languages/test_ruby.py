"""Ruby apps: gems are installed before the code is copied."""

import pytest

from tests.deployments.languages.reading import base, build, command, notes, steps


def gems(*names, **files):
    lock = "GEM\n  specs:\n" + "".join(f"    {name} (1.0)\n      rails\n" for name in names)
    return {"Gemfile": "source 'https://rubygems.org'\n", "Gemfile.lock": lock, **files}


def test_gems_are_installed_as_they_are_locked():
    assert steps(gems("rack")) == ["COPY Gemfile Gemfile.lock ./", "RUN bundle install", "COPY . ."]
    assert "ENV BUNDLE_FROZEN=1" in build(gems("rack"))
    assert notes(gems("rack")) == ()


def test_a_missing_lock_file_is_said():
    files = {"Gemfile": ""}
    assert steps(files) == ["COPY Gemfile ./", "RUN bundle install", "COPY . ."]
    assert "ENV BUNDLE_FROZEN=1" not in build(files)
    assert "no Gemfile.lock" in notes(files)[0]


@pytest.mark.parametrize("line", ["gem 'a', path: 'a'", "gem 'a', :path => 'a'", "gemspec", "require_relative 'b'"])
def test_a_gemfile_that_reads_others_needs_all_files(line):
    assert steps(gems(Gemfile=line)) == ["COPY . .", "RUN bundle install"]
    assert "installed anew" in notes(gems(Gemfile=line))[0]


@pytest.mark.parametrize(
    ("files", "image"),
    [
        (gems(), "ruby:3.4"),
        (gems(**{".ruby-version": "3.3.1\n"}), "ruby:3.3.1"),
        (gems(**{".ruby-version": "ruby-3.2.0"}), "ruby:3.2.0"),
        (gems(Gemfile='ruby "3.1.4"'), "ruby:3.1.4"),
        (gems(Gemfile="  ruby '~> 3.1'"), "ruby:3.1"),
        (gems(Gemfile='ruby file: ".ruby-version"', **{".ruby-version": "3.3.5"}), "ruby:3.3.5"),
    ],
)
def test_the_version_is_the_one_asked_for(files, image):
    assert base(files) == image


def test_the_file_of_the_version_is_there_for_bundler():
    assert steps(gems(**{".ruby-version": "3.3.1"}))[0] == "COPY Gemfile Gemfile.lock .ruby-version ./"


@pytest.mark.parametrize(
    ("files", "has_assets"),
    [
        (gems("rails", "propshaft", Rakefile=""), True),
        (gems("rails", "sprockets-rails", Rakefile=""), True),
        (gems("rails", Rakefile=""), False),
        (gems("rails", "propshaft"), False),
        (gems("propshaft", Rakefile=""), False),
    ],
)
def test_the_assets_of_rails_are_made(files, has_assets):
    assert any("assets:precompile" in step for step in steps(files)) == has_assets


@pytest.mark.parametrize(
    ("files", "started"),
    [
        (gems("rails", "puma", **{"bin/rails": "", "config.ru": ""}), 'bin/rails server -b 0.0.0.0 -p "${PORT:-5000}"'),
        (gems("puma", **{"config.ru": ""}), 'bundle exec puma -b "tcp://0.0.0.0:${PORT:-5000}"'),
        (gems("rackup", **{"config.ru": ""}), 'bundle exec rackup -o 0.0.0.0 -p "${PORT:-5000}"'),
        (gems("puma"), None),
        (gems("rack", **{"config.ru": ""}), None),
    ],
)
def test_what_starts_it_is_known_where_its_gems_tell(files, started):
    assert command(files) == started
