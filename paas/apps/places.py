"""Where an app's code comes from, as somebody wrote it: repositories, branches, images. Pure.

Everything here ends on a command line or in a request to the engine, so each form is named and the rest refused:
nothing that begins with ``-``, no helper protocol (``ext::``), no credentials in an address, which would be shown and
logged.
"""

import re

from paas.errors import Invalid

HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]"
WEB = re.compile(rf"https?://(?:{HOST})(?::[0-9]{{1,5}})?/[^\s?#\\]+")
SSH = re.compile(rf"ssh://(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(?:{HOST})(?::[0-9]{{1,5}})?/[^\s?#\\]+")
SCP = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.-]*@(?:{HOST}):(?![:-])[^\s?#\\]+")
LOCAL = re.compile(r"(?:file://)?/[^\x00-\x1f\x7f\\]+")
CREDENTIALS = re.compile(r"https?://[^/]*@")
FORBIDDEN_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")

COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
IMAGE = re.compile(
    rf"(?:(?:(?:{HOST})(?::[0-9]{{1,5}})?)/)?{COMPONENT}(?:/{COMPONENT})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)
OURS = re.compile(r"(?:(?:index\.)?docker\.io/)?quayside-[0-9a-f]{8}/", re.IGNORECASE)
"""Of apps that whoever names their images may not be allowed to see."""
LONGEST = 2_000


def check_repository(address: str) -> str:
    """Invalid unless this is a web, ssh or local address. Whether local ones may be used, a setting decides later."""
    address = address.strip()
    if not address:
        raise Invalid(
            "repository is missing: give the address that you would clone, or choose an image instead.",
            field="repository",
        )
    if CREDENTIALS.match(address):
        raise Invalid(
            "repository must not hold a user or a token: everybody could read it. Give git_token by itself.",
            field="repository",
        )
    is_known = any(form.fullmatch(address) for form in (WEB, SSH, SCP, LOCAL))
    if not is_known or len(address) > LONGEST or not address.isprintable():
        raise Invalid(
            f"repository {_short(address)} is not an address that can be cloned. It must look like "
            "https://example.org/shop.git, git@example.org:shop.git or ssh://git@example.org/shop.git.",
            field="repository",
        )
    return address


def check_branch(branch: str) -> str:
    """As ``git check-ref-format --branch`` has it; empty is the repository's own default."""
    parts = branch.split("/")
    is_bad = (
        FORBIDDEN_IN_BRANCH.search(branch)
        or branch.startswith("-")
        or branch in ("@", "HEAD")
        or any(not part or part.startswith(".") or part.endswith((".", ".lock")) for part in parts)
        or len(branch.encode(errors="replace")) > 244  # git keeps it as a file, with .lock at its end
        or not branch.isprintable()
    )
    if branch and is_bad:
        raise Invalid(f"branch {_short(branch)} cannot be the name of a branch.", field="branch")
    return branch


def check_image(image: str) -> str:
    """A reference as ``docker pull`` takes it."""
    image = image.strip()
    if not image:
        raise Invalid(
            "image is missing: give its name, for instance nginx:1.27, or choose a repository instead.", field="image"
        )
    if not IMAGE.fullmatch(image) or len(image) > 255 + 72:
        raise Invalid(
            f"image {_short(image)} is not the name of an image. It must look like registry.example.org/shop:1.4.",
            field="image",
        )
    if is_ours(image):
        raise Invalid("image must not be one that was built here for an app: deploy that app instead.", field="image")
    return image


def is_ours(image: str) -> bool:
    """Whether an image of this name was built here for an app. The engine takes a name with its default registry in
    front for the same."""
    return OURS.match(image) is not None


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
