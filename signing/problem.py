"""What every expected error of Shilu is: a stable code with plain details, and no sentence.

- A code is one of its family's closed set; a code outside the set is a bug and fails at once.
- Details are plain values, so that a problem crosses a process boundary as JSON.
- Sentences for people live elsewhere (`signing.sentences`, `resources/i18n/problems.toml`),
  because the same problem is told in two languages and to a machine.
"""

from __future__ import annotations

from typing import ClassVar

Detail = str | int | float | bool | None


class Problem(Exception):  # noqa: N818 - the trade's word for an expected error with a code
    """An expected error. Subclasses are the families; each closes its set of codes."""

    CODES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, code: str, **details: Detail) -> None:
        if code not in self.CODES:
            raise ValueError(f"{type(self).__name__} has no code {code!r}")
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        """The code and its details, for logs; a person reads a sentence instead."""
        told = " ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} {told}".strip()


class SealProblem(Problem):
    """A record, or a part of one, is not what its seal says. `path` names the file."""

    CODES = frozenset(
        {
            "not_a_record",
            "file_missing",
            "file_unlisted",
            "file_changed",
            "fetch_file",
            "link_in_record",
            "unsafe_name",
            "duplicate_name",
            "too_large",
            "manifest_malformed",
            "algorithm_refused",
            "payload_count_wrong",
            "seal_malformed",
            "suite_refused",
            "signature_missing",
            "signature_wrong",
            "signer_untrusted",
            "signer_expired",
            "signer_revoked",
            "timestamp_wrong",
            "chain_malformed",
            "chain_broken",
            "chain_signature_wrong",
            "chain_head_wrong",
            "count_wrong",
            "fragment_changed",
            "gap_unstated",
            "paper_malformed",
            "paper_changed",
            "paper_signature_wrong",
            "paper_not_covered",
            "signer_missing",
            "mark_mismatch",
            "exhibit_mismatch",
            "transcript_mismatch",
            "record_mismatch",
            "receipt_wrong",
            "inclusion_wrong",
            "recovered_not_sealed",
            "redacted_copy",
            "gm_signature_missing",
            "gm_signature_wrong",
            "gm_digest_wrong",
        }
    )


class KeyProblem(Problem):
    """A key, certificate or wrapped secret cannot be used."""

    CODES = frozenset(
        {
            "key_wrong",
            "key_malformed",
            "certificate_malformed",
            "certificate_expired",
            "certificate_revoked",
            "ciphertext_changed",
            "escrow_missing",
            "journal_key_unknown",
            "token_missing",
            "token_pin_wrong",
            "token_locked",
            "token_removed",
            "token_unfit",
            "token_failed",
            "token_expired",
            "token_unknown",
            "gm_missing",
        }
    )


class PadProblem(Problem):
    """A pen or fingerprint pad did not give a mark."""

    CODES = frozenset(
        {
            "pad_not_found",
            "pad_unplugged",
            "pad_busy",
            "capture_cancelled",
            "capture_timed_out",
            "simulated_in_production",
            "image_unreadable",
            "pad_breaks_contract",
        }
    )
