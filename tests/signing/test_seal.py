"""Sealing: once, whole on disk, in one suite."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest

from signing.digest import canonical, digest_of
from signing.problem import SealProblem
from signing.seal import Seal, add_timestamp, make_record, parse_seal
from signing.timestamp import over_http
from signing.verify import verify
from tests.fakes.record import BuiltRecord, build_record, center


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltRecord:
    return build_record(tmp_path_factory.mktemp("record"))


def test_the_root_digest_is_that_of_the_tag_manifest(built: BuiltRecord) -> None:
    raw = (built.folder / "tagmanifest-sha256.txt").read_bytes()
    assert built.root_digest == digest_of(raw)
    assert not list(built.folder.rglob("*.part"))


def test_a_record_is_sealed_once(built: BuiltRecord) -> None:
    with pytest.raises(FileExistsError):
        make_record(built.folder, built.seal, built.keys)


def test_sealing_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    built = build_record(tmp_path)
    for name in ("seal.p7s", "tagmanifest-sha256.txt", "seal.json"):
        (tmp_path / name).unlink()
    (tmp_path / "bag-info.txt").write_bytes(b"half")
    make_record(tmp_path, built.seal, built.keys)
    verify(tmp_path, center().roots)


def test_without_an_authority_the_record_stays_valid_and_unstamped(built: BuiltRecord) -> None:
    with pytest.raises(SealProblem, match="timestamp_wrong"):
        add_timestamp(built.folder, over_http("http://127.0.0.1:1/", timeout_s=2))
    assert not (built.folder / "seal.tsr").exists()
    verify(built.folder, center().roots)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "suite_refused"),
        ({"suite": "NONE"}, "suite_refused"),
        ({"suite": None}, "suite_refused"),
        ({"more": 1}, "seal_malformed"),
        ({"pages": "2"}, "seal_malformed"),
        ({"journal_key": "AAAA"}, "seal_malformed"),
        ({"journal_key": base64.b64encode(bytes(31)).decode()}, "seal_malformed"),
        ({"created_utc": "yesterday"}, "seal_malformed"),
        ({"counts": {}}, "seal_malformed"),
    ],
)
def test_another_seal_is_refused(built: BuiltRecord, change: dict[str, object], code: str) -> None:
    told = {**msgspec.to_builtins(built.seal), **change}
    with pytest.raises(SealProblem, match=code):
        parse_seal(canonical(told))


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"version":1, "suite":"x"}'])
def test_what_is_no_seal_is_refused(raw: bytes) -> None:
    with pytest.raises(SealProblem, match="seal_malformed"):
        parse_seal(raw)


def test_a_refusal_with_fields_or_a_field_twice_is_refused(built: BuiltRecord) -> None:
    first, second = built.seal.signers
    twice = msgspec.structs.replace(second, fields=first.fields)
    refused = msgspec.structs.replace(first, refused=True)
    for signers in ((first, twice), (refused, second)):
        seal: Seal = msgspec.structs.replace(built.seal, signers=signers)
        with pytest.raises(SealProblem, match="seal_malformed"):
            parse_seal(canonical(msgspec.to_builtins(seal)))
