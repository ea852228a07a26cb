"""What the center refuses: a closed set of codes, each with its HTTP status.

- An answer that is not a success is JSON `{"code", "details"}` and nothing else.
- Codes are stable: clients decide by code whether to try again.
"""

from __future__ import annotations

from typing import ClassVar

from signing.problem import Detail, Problem

STATUS: dict[str, int] = {
    "request_malformed": 400,
    "name_unsafe": 400,
    "request_unsigned": 401,
    "signature_wrong": 401,
    "key_unknown": 401,
    "key_revoked": 403,
    "key_expired": 403,
    "time_skewed": 401,
    "nonce_replayed": 401,
    "code_wrong": 403,
    "too_many_attempts": 429,
    "signer_differs": 422,
    "record_refused": 422,
    "not_found": 404,
    "method_wrong": 405,
    "sender_silent": 408,
    "offset_wrong": 409,
    "length_differs": 409,
    "record_incomplete": 409,
    "record_conflict": 409,
    "head_conflict": 409,
    "protocol_version": 412,
    "upload_too_large": 413,
    "media_type_wrong": 415,
    "writer_busy": 423,
    "digest_wrong": 460,  # tus 1.0, checksum extension
    "center_failed": 500,
    "disk_full": 507,
}


PLAIN = (str, int, float, bool, type(None))


class CenterProblem(Problem):
    """A request the center does not fulfil; nothing was changed unless the code says so."""

    CODES: ClassVar[frozenset[str]] = frozenset(STATUS) | {
        "folder_not_a_center",
        "folder_in_use",
        "settings_wrong",
        "account_unknown",
        "address_not_free",
        "approval_wrong",
    }

    @property
    def status(self) -> int:
        """The HTTP status of this code."""
        return STATUS.get(self.code, 500)


def told(problem: Problem) -> dict[str, str | dict[str, Detail]]:
    """The JSON body of a refusal; a detail of a library's own type is told as its text."""
    details = {
        name: value if type(value) in PLAIN else str(value)
        for name, value in problem.details.items()
    }
    return {"code": problem.code, "details": details}
