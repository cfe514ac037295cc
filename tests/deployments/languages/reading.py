"""What the tests of all languages ask."""

from paas.deployments.plans.recipes import detect, dockerfile
from paas.settings import BASE_IMAGES


def build(files, *variables):
    """The instructions of the generated Dockerfile, without comments and blank lines."""
    text = dockerfile(detect(files), BASE_IMAGES, variables)
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def base(files):
    return build(files)[0].removeprefix("FROM ")


def steps(files):
    """What is done between ``WORKDIR`` and the command, or the next stage."""
    lines = build(files)
    after = lines[lines.index("WORKDIR /app") + 1 :]
    end = next((at for at, line in enumerate(after) if line.startswith(("CMD", "FROM"))), len(after))
    return after[:end]


def command(files):
    found = [line.removeprefix("CMD exec ") for line in build(files) if line.startswith("CMD ")]
    return found[0] if found else None


def notes(files):
    return detect(files).recipe.notes
