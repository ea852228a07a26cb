"""The GM profile stands beside the other one, and nobody can take it away unseen."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import bagit
import pytest

from signing import cms, gm, manifest, readme, seal, sm2
from signing.digest import canonical, parse_canonical
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.verify import verify
from tests.fakes.record import MOMENT, build_record, center, workstation


@cache
def gm_keys() -> WorkstationKeys:
    return workstation().with_sm2_key()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gm") / "record"
    build_record(folder, keys=gm_keys(), seal_changes={"suite": gm.SUITE})
    return folder


@pytest.fixture
def record(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "record"))


def refusal(folder: Path) -> tuple[str, object]:
    with pytest.raises(SealProblem) as caught:
        verify(folder, center().roots)
    return caught.value.code, caught.value.details.get("path")


def seal_again(folder: Path) -> None:
    """As an insider with the workstation's P-256 key would."""
    listed = manifest.write_tag_manifest(folder)
    keys = gm_keys()
    signature = cms.sign(listed, keys.seal_key, keys.certificate, MOMENT)
    manifest.write_file(folder / manifest.SIGNATURE, signature)


def tell_suite(folder: Path, suite: str) -> None:
    told = parse_canonical((folder / manifest.SEAL).read_bytes())
    assert isinstance(told, dict)
    (folder / manifest.SEAL).write_bytes(canonical({**told, "suite": suite}))


def take_gm_away(folder: Path) -> None:
    for name in manifest.GM_FILES:
        (folder / name).unlink()


def test_both_hands_are_checked_and_stock_tools_pass(record: Path) -> None:
    verify(record, center().roots)
    bagit.Bag(str(record)).validate()
    assert seal.parse_seal((record / manifest.SEAL).read_bytes()).suite == gm.SUITE


def run_gm_commands(record: Path) -> list[tuple[int, str]]:
    text = (record / readme.NAME).read_bytes()
    commands = [one for one in readme.commands(text) if "sm3" in one]
    assert len(commands) == 2
    done = [
        subprocess.run(one, shell=True, cwd=record, capture_output=True, text=True, check=False)
        for one in commands
    ]
    return [(one.returncode, one.stdout.strip()) for one in done]


def test_the_readme_s_openssl_commands_say_the_same(record: Path) -> None:
    (signed, said), (_, different) = run_gm_commands(record)
    assert (signed, said, different) == (0, "Signature Verified Successfully", "")
    with (record / "data" / "compliance.json").open("ab") as file:
        file.write(b" ")
    _, (_, different) = run_gm_commands(record)
    assert "data/compliance.json" in different
    with (record / manifest.GM_TAG_MANIFEST).open("ab") as file:
        file.write(b"\n")
    assert run_gm_commands(record)[0][0] != 0


def test_the_commands_stay_at_ten(record: Path) -> None:
    assert len(list(readme.commands((record / readme.NAME).read_bytes()))) <= 10


def test_the_signature_taken_away_is_missed(record: Path) -> None:
    (record / manifest.GM_SIGNATURE).unlink()
    assert refusal(record) == ("gm_signature_missing", manifest.GM_SIGNATURE)


def test_taking_all_gm_files_away_is_found_by_the_list(record: Path) -> None:
    take_gm_away(record)
    assert refusal(record)[0] == "file_missing"


def test_an_insider_who_seals_again_without_gm_is_found_by_the_suite(record: Path) -> None:
    take_gm_away(record)
    seal_again(record)
    assert refusal(record) == ("gm_signature_missing", manifest.GM_SIGNATURE)


def test_a_suite_changed_in_the_seal_is_found(record: Path) -> None:
    tell_suite(record, seal.SUITE)
    assert refusal(record) == ("file_changed", manifest.SEAL)
    seal_again(record)
    assert refusal(record) == ("suite_refused", manifest.SEAL)


@pytest.mark.parametrize("suite", ["SM3-SM2", "SHA1-RSA", "", "SHA256-P256-ED25519+SM3-SM2 "])
def test_no_other_suite_is_read(record: Path, suite: str) -> None:
    tell_suite(record, suite)
    seal_again(record)
    assert refusal(record) == ("suite_refused", manifest.SEAL)


def test_a_signature_of_another_gm_key_is_wrong(record: Path) -> None:
    raw = (record / manifest.GM_TAG_MANIFEST).read_bytes()
    (record / manifest.GM_SIGNATURE).write_bytes(sm2.sign(sm2.new_key(), raw))
    assert refusal(record) == ("gm_signature_wrong", manifest.GM_SIGNATURE)


def test_another_gm_key_put_in_with_its_signature_breaks_the_seal(record: Path) -> None:
    other = sm2.new_key()
    (record / manifest.GM_KEY).write_bytes(sm2.to_pem(sm2.public_key_of(other)))
    assert refusal(record) == ("file_changed", manifest.GM_KEY)


def test_a_payload_that_only_the_sm3_list_knows_otherwise_is_named(record: Path) -> None:
    """Both lists must tell the same bytes, whoever signed them."""
    lines = (record / manifest.GM_MANIFEST).read_text().splitlines()
    lines[0] = "0" * 64 + lines[0][64:]
    (record / manifest.GM_MANIFEST).write_text("\n".join(lines) + "\n")
    (record / manifest.GM_TAG_MANIFEST).unlink()
    (record / manifest.GM_SIGNATURE).unlink()
    keys = gm_keys()
    tags = manifest.tag_files(manifest.GM_TAG_FILES)
    told = {
        name: sm2.sm3((record / name).read_bytes()).hex()
        for name in tags
        if name != manifest.GM_TAG_MANIFEST
    }
    (record / manifest.GM_TAG_MANIFEST).write_bytes(manifest.write_lines(told))
    gm.write_signature(record, keys.sm2_key)
    seal_again(record)
    assert refusal(record) == ("gm_digest_wrong", lines[0][66:])


@pytest.mark.parametrize("name", [*manifest.GM_FILES])
def test_any_flipped_bit_of_a_gm_file_is_found(record: Path, name: str) -> None:
    raw = (record / name).read_bytes()
    for at in range(0, len(raw), max(1, len(raw) // 5)):
        (record / name).write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert refusal(record)[1] == name


def test_gm_files_in_a_record_of_the_other_suite_are_refused(record: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    build_record(plain)
    shutil.copy(record / manifest.GM_SIGNATURE, plain)
    assert refusal(plain) == ("file_unlisted", manifest.GM_SIGNATURE)


def test_the_gm_key_is_kept_with_the_others(record: Path) -> None:
    kek = bytes(range(32))
    keys = gm_keys()
    again = WorkstationKeys.from_wrapped(kek, keys.to_wrapped(kek))
    assert again.sm2_key == keys.sm2_key
    later = again.next_generation()
    assert later.sm2_key
    assert later.sm2_key != keys.sm2_key
    assert later.as_of(keys.journal_key_id).sm2_key == keys.sm2_key
    turned_on_later = workstation().next_generation().with_sm2_key()
    former = turned_on_later.as_of(workstation().journal_key_id)
    assert former.sm2_key == turned_on_later.sm2_key
