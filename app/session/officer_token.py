"""An officer's PKCS#11 token as the settings name it, and whom it is certified by.

- The library is loaded only when a token is asked for; nobody needs one.
- A token whose certificate leads to no known authority, or is out of its time, is refused before
  anything is signed: the record would not verify.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import KeyProblem, SealProblem, SetupProblem
from app.settings import Settings
from signing import certificates

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from signing.token import TokenKey


def open_token(settings: Settings, pin: str) -> TokenKey:
    """Log in to the token that the settings name.

    Raises:
        SetupProblem: `token_not_set_up`.
        KeyProblem: `token_*`.
    """
    if not settings.officer_token_library:
        raise SetupProblem("token_not_set_up")
    roots = officer_roots(settings)
    from signing.token import TokenChoice, TokenKey

    choice = TokenChoice(Path(settings.officer_token_library), settings.officer_token_label)
    opened = TokenKey.open(choice, pin)
    try:
        certificates.check_path(opened.certificate, opened.chain[1:], roots, datetime.now(UTC))
    except SealProblem as problem:
        opened.close()
        code = "token_expired" if problem.code == "signer_expired" else "token_unknown"
        end = opened.certificate.not_valid_after_utc.date().isoformat()
        raise KeyProblem(code, at=end) from None
    return opened


def officer_roots(settings: Settings) -> tuple[Certificate, ...]:
    """The authorities of officers' tokens. Raises `SetupProblem` `token_not_set_up`."""
    file = settings.officer_authorities
    if not file:
        return ()
    try:
        return certificates.from_pem(Path(file).read_bytes())
    except (OSError, KeyProblem) as error:
        raise SetupProblem("token_not_set_up", file=file) from error
