"""What became of a message, in words for people. It quotes nothing of the address that it went to."""

from http import HTTPStatus
from typing import NamedTuple


class Outcome(NamedTuple):
    """``reason`` is a sentence, empty where it was sent. ``is_wrong``: the address itself can be none."""

    is_sent: bool
    reason: str = ""
    is_wrong: bool = False


# The name of an exception of requests, urllib3 or the standard library, anywhere down its causes; the first one counts.
_WORDS = {
    **dict.fromkeys(("NameResolutionError", "gaierror"), "The name of its host cannot be resolved."),
    "SSLCertVerificationError": "The certificate of its host is not valid.",
    "SSLError": "No secure connection could be made to its host.",
    "ConnectionRefusedError": "Its host refused the connection.",
    **dict.fromkeys(("ConnectionResetError", "RemoteDisconnected"), "Its host broke the connection off."),
    **dict.fromkeys(("ConnectTimeoutError", "ReadTimeoutError", "TimeoutError"), "Its host did not answer in time."),
    "InvalidURL": "Its address cannot be understood.",
}
_MEANINGS = {
    401: "what identifies you there is wrong or was withdrawn",
    403: "what identifies you there is wrong or was withdrawn",
    404: "what it was sent to is not there any more, or the address is misspelt",
    429: "it was asked too often",
}


def in_words(ended: int | BaseException) -> str:
    """How a request over HTTP ended: with this status, or by this error."""
    if isinstance(ended, int):
        return _of_status(ended)
    names = _names(ended)
    return next((words for name, words in _WORDS.items() if name in names), "Its host could not be reached.")


def _of_status(status: int) -> str:
    phrase = next((each.phrase for each in HTTPStatus if each.value == status), "")
    answered = f"The service answered {status} {phrase}".rstrip()
    if 300 <= status < 400:
        return f"{answered}: it has moved, and redirects are not followed. Give its new address."
    meaning = _MEANINGS.get(status)
    return f"{answered}: {meaning}." if meaning else f"{answered}."


def _names(error: BaseException) -> set[str]:
    """Of the error and all that led to it; requests and urllib3 put that into ``args`` and ``reason`` too."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return {type(each).__name__ for each in seen}
