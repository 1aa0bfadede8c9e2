"""The HTTP status that a name stands for: `http.HTTPStatus.NOT_FOUND`, `fastapi.status.HTTP_404_NOT_FOUND`.

A code of gRPC (`grpc.StatusCode.INTERNAL`) stands for the status that gateways answer it with.
"""

from __future__ import annotations

import re
from http import HTTPStatus

_NUMBERED = re.compile(r"HTTP_(\d{3})(?:_|$)")
_MEMBERS = ("HTTPStatus", "codes")
"""Classes whose members are statuses: of the standard library, and of requests and httpx."""
_STATUSES = {status.name: int(status) for status in HTTPStatus}
_LARGEST = 599
_RPC_CODES = {
    "OK": 200,
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
    "UNAUTHENTICATED": 401,
}


def status_named(text: str | None) -> int | None:
    """The status that a number, or the dotted name of a constant, stands for; `None` if it is none that is known."""
    if text is None:
        return None
    if text.isdigit():
        return int(text) if 100 <= int(text) <= _LARGEST else None
    owner, _, name = text.removesuffix(".value").removesuffix("()").rpartition(".")
    numbered = _NUMBERED.match(name)
    if numbered is not None:
        return int(numbered[1])
    if owner.rpartition(".")[2] in _MEMBERS:
        return _STATUSES.get(name.upper())
    return _RPC_CODES.get(name) if owner == "grpc.StatusCode" else None
