"""An officer signs the paper with a token of their own; what goes wrong leaves the paper whole."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing import paper
from signing.keys import check_signature
from signing.problem import KeyProblem, SealProblem
from signing.token import TokenChoice, TokenKey
from tests.fakes.record import MOMENT, center, plain_pdf, workstation
from tests.fakes.token import PIN, SoftToken, library


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back afterwards
    made = SoftToken(tmp_path / "hsm")
    made.fill()
    return made


@pytest.fixture
def key(token: SoftToken) -> Iterator[TokenKey]:
    opened = TokenKey.open(token.choice, PIN)
    yield opened
    opened.close()


PDF = paper.prepare(plain_pdf(1), [paper.Field("officer-1", 1), paper.Field("workstation", 1)])
ACT = paper.Signing("officer-1", "陈立新", "signed", MOMENT)


def test_a_token_signs_a_paper_that_stock_tools_and_we_accept(
    key: TokenKey, token: SoftToken, tmp_path: Path
) -> None:
    signed = paper.sign(PDF, ACT, key, key.chain)
    keys = workstation()
    last = paper.Signing("workstation", "desk-1", "sealed", MOMENT, lock=True)
    whole = paper.sign(signed, last, keys.seal_key, keys.chain)
    roots = [*center().roots, token.authority.certificate]
    paper.check(whole, ["officer-1", "workstation"], roots)
    paper.check_signed_by(whole, keys.certificate)
    with pytest.raises(SealProblem, match="signer_untrusted"):
        paper.check(whole, ["officer-1", "workstation"], center().roots)
    (tmp_path / "paper.pdf").write_bytes(whole)
    command = ["pdfsig", tmp_path / "paper.pdf"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stdout.count("Signature is Valid.") == 2
    assert "030112" in told.stdout


def test_a_wrong_pin_is_told_as_such(token: SoftToken) -> None:
    for pin in ("000000", "", "1"):
        with pytest.raises(KeyProblem, match="token_pin_wrong"):
            TokenKey.open(token.choice, pin)
    TokenKey.open(token.choice, PIN).close()


def test_a_token_taken_out_while_signing_leaves_the_paper_as_it_was(
    key: TokenKey, token: SoftToken
) -> None:
    key._session.close()  # what is left of a session whose token is gone
    with pytest.raises(KeyProblem, match="token_removed"):
        paper.sign(PDF, ACT, key, key.chain)
    keys = workstation()  # and another key signs the same field afterwards
    paper.check(paper.sign(PDF, ACT, keys.seal_key, keys.chain), ["officer-1"], [])


def test_no_library_no_token_and_another_label_are_one_sentence(
    token: SoftToken, tmp_path: Path
) -> None:
    for choice in (
        TokenChoice(tmp_path / "none.so"),
        TokenChoice(library(), "another"),
    ):
        with pytest.raises(KeyProblem, match="token_missing"):
            TokenKey.open(choice, PIN)
    shutil.rmtree(token.folder)
    token.folder.mkdir()
    with pytest.raises(KeyProblem, match="token_missing"):
        TokenKey.open(token.choice, PIN)


def test_a_token_without_a_certificate_is_unfit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    bare = SoftToken(tmp_path / "hsm")
    bare.fill(with_certificate=False)
    with pytest.raises(KeyProblem, match="token_unfit"):
        TokenKey.open(bare.choice, PIN)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        ("PinLocked", "token_locked"),
        ("PinExpired", "token_pin_wrong"),
        ("DeviceRemoved", "token_removed"),
        ("TokenNotPresent", "token_removed"),
        ("FunctionFailed", "token_failed"),
    ],
)
def test_what_only_real_tokens_say_has_its_code(
    key: TokenKey, raised: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM2 never locks and cannot be pulled out."""
    from pkcs11 import exceptions

    class Broken:
        def sign(self, *_: object, **__: object) -> bytes:
            raise getattr(exceptions, raised)

    monkeypatch.setattr(key, "_key", Broken())
    with pytest.raises(KeyProblem, match=code):
        paper.sign(PDF, ACT, key, key.chain)


def test_a_token_that_signs_with_another_key_than_it_shows_is_refused(
    key: TokenKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other:
        def sign(self, *_: object, **__: object) -> bytes:
            return bytes(31) + b"\1" + bytes(31) + b"\1"

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    check_signature(key.certificate, key.sign(b"data", ec.ECDSA(SHA256())), b"data")
    monkeypatch.setattr(key, "_key", Other())
    with pytest.raises(KeyProblem, match="key_wrong"):
        key.sign(b"data", ec.ECDSA(SHA256()))
