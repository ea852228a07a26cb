"""Attacks 1 to 6, 23 and 24: on the files, lists and signatures of a sealed record."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from signing import manifest
from signing.digest import canonical, digest_of
from signing.keys import WorkstationKeys
from signing.seal import make_record
from signing.verify import verify
from tests.attacks.attack import add_attack, answer_of, attack
from tests.attacks.ground import JOURNAL, MEDIA, PAPER, RECORDER, Ground, flip
from tests.fakes.record import Draft, center, make_piece, sign_again

EXHIBIT = f"data/exhibits/{digest_of(b'a photograph')}.jpg"
LISTED = [
    "bag-info.txt", "bagit.txt", "certificates.pem", "manifest-sha256.txt", "README.txt",
    "seal.json", "tagmanifest-sha256.txt", JOURNAL, RECORDER, PAPER, MEDIA,
    "data/transcript/transcript.docx", "data/transcript/transcript.json",
    "data/media/camera-2-take-002.vtt", "data/marks/m1-ink.inkml", "data/marks/m1-ink.png",
    "data/marks/m1-fingerprint.png", "data/compliance.json", EXHIBIT,
]  # fmt: skip
CODES = {"seal.p7s": "signature_wrong", "seal.tsr": "timestamp_wrong",
         "receipt.json": "receipt_wrong"}  # fmt: skip


def bagit_says(record: Path) -> str:
    """Whether the stock tool accepts the record."""
    command = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(record)]
    done = subprocess.run(command, capture_output=True, check=False)
    return "bagit accepts" if done.returncode == 0 else "bagit refuses"


def openssl_says(record: Path) -> str:
    """Whether the stock tool accepts the seal's signature (trust apart)."""
    command = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER",
               "-in", "seal.p7s", "-content", "tagmanifest-sha256.txt"]  # fmt: skip
    done = subprocess.run(command, cwd=record, capture_output=True, check=False)
    return "openssl accepts" if done.returncode == 0 else "openssl refuses"


# 1. One byte of each kind of file.


def _flip_at_three_places(name: str) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        said = set()
        for at in (0.0, 0.4, 0.99):
            record = ground.copy()
            flip(record / name, at)
            said.add(ground.judge(record))
        return " | ".join(sorted(said))

    return act


for _name in [*LISTED, *CODES]:
    add_attack(
        1,
        f"one bit of {_name.replace(digest_of(b'a photograph'), '<digest>')} at three places",
        f"{CODES.get(_name, 'file_changed')} {_name}",
        _flip_at_three_places(_name),
    )

# 2. Files that go or come.


@attack(2, "a payload file deleted", f"file_missing {MEDIA}")
def _payload_deleted(ground: Ground) -> str:
    return ground.judge(ground.copy(MEDIA))


@attack(2, "a payload file added", "file_unlisted data/extra.txt; bagit refuses")
def _payload_added(ground: Ground) -> str:
    record = ground.copy()
    (record / "data/extra.txt").write_bytes(b"x")
    return f"{ground.judge(record)}; {bagit_says(record)}"


@attack(2, "a tag file added", "file_unlisted notes.txt; bagit accepts")
def _tag_added(ground: Ground) -> str:
    record = ground.copy()
    (record / "notes.txt").write_bytes(b"x")
    return f"{ground.judge(record)}; {bagit_says(record)}"


@attack(2, "fetch.txt added", "fetch_file fetch.txt; bagit accepts")
def _fetch_added(ground: Ground) -> str:
    record = ground.copy()
    size = (record / MEDIA).stat().st_size
    (record / "fetch.txt").write_text(f"https://example.invalid/a {size} {MEDIA}\n")
    return f"{ground.judge(record)}; {bagit_says(record)}"


@attack(2, "the tag manifest dropped", "file_missing tagmanifest-sha256.txt; bagit accepts")
def _tag_manifest_dropped(ground: Ground) -> str:
    record = ground.copy("tagmanifest-sha256.txt")
    return f"{ground.judge(record)}; {bagit_says(record)}"


# 3. The list made anew.


@attack(3, "content forged, listed anew, no key",
        "file_changed tagmanifest-sha256.txt; bagit accepts; openssl refuses")  # fmt: skip
def _forged_without_key(ground: Ground) -> str:
    record = ground.copy()
    path = record / "data/compliance.json"
    path.write_bytes(path.read_bytes()[::-1])
    manifest.write_manifest(record)
    manifest.write_tag_manifest(record)
    return f"{ground.judge(record)}; {bagit_says(record)}; {openssl_says(record)}"


@attack(3, "another enrolled key signs the list", "signer_untrusted seal.p7s; openssl accepts")
def _signed_by_another(ground: Ground) -> str:
    record = ground.copy()
    sign_again(record, center().enrol(WorkstationKeys.generate("desk-2")))
    return f"{ground.judge(record)}; {openssl_says(record)}"


@attack(3, "another enrolled key lists and signs all, receipt kept", "receipt_wrong receipt.json")
def _sealed_by_another(ground: Ground) -> str:
    record = ground.copy("seal.p7s", "seal.tsr")
    make_record(record, ground.master.seal, center().enrol(WorkstationKeys.generate("desk-2")))
    return ground.judge(record)


@attack(3, "another enrolled key lists and signs all, receipt dropped", f"signer_untrusted {PAPER}")
def _sealed_by_another_without_receipt(ground: Ground) -> str:
    record = ground.copy("seal.p7s", "seal.tsr", "receipt.json")
    make_record(record, ground.master.seal, center().enrol(WorkstationKeys.generate("desk-2")))
    return ground.judge(record)


@attack(3, "a key that no center enrolled", "signer_untrusted seal.p7s")
def _sealed_by_a_stranger(ground: Ground) -> str:
    built = Draft(keys=WorkstationKeys.generate("stranger")).seal_into(ground.new_folder())
    return ground.judge(built.folder)


@attack(3, "all forged by another workstation, a receipt demanded", "file_missing receipt.json")
def _forged_whole(ground: Ground) -> str:
    keys = center().enrol(WorkstationKeys.generate("desk-2"))
    built = Draft(keys=keys).seal_into(ground.new_folder())
    return answer_of(lambda: verify(built.folder, ground.trust, require_receipt=True))


# 4 and 5. Fragments and lines cut, dropped, swapped - by the holder of the key himself.


def _film(*order: int, take: int = 1) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        pieces = (make_piece("camera-1", take, index) for index in order)
        draft.files["media/camera-1-take-001.mp4"] = b"".join(pieces)

    return change


def _cut_inside(draft: Draft) -> None:
    film = draft.files["media/camera-1-take-001.mp4"]
    draft.files["media/camera-1-take-001.mp4"] = film[:-100]


def _piece_of_another_record(draft: Draft) -> None:
    film = draft.files["media/camera-1-take-001.mp4"]
    mine, other = make_piece("camera-1", 1, 3), bytearray(make_piece("camera-1", 1, 3))
    other[40:60] = b"another record's 20b"
    draft.files["media/camera-1-take-001.mp4"] = film.replace(mine, bytes(other))


for _row, _what, _change in (
    (4, "media cut at a fragment's edge", _film(0, 1, 2)),
    (4, "media cut inside a fragment", _cut_inside),
    (4, "only the opening left", _film(0)),
    (5, "two fragments swapped", _film(0, 2, 1, 3)),
    (5, "a fragment doubled", _film(0, 1, 1, 3)),
    (5, "fragments in reverse order", _film(3, 2, 1, 0)),
    (5, "a fragment of another record", _piece_of_another_record),
):
    add_attack(
        _row,
        f"{_what}, sealed anew by the key holder",
        f"fragment_changed {MEDIA}",
        lambda ground, change=_change: ground.judge_draft(change),  # type: ignore[misc]
    )


def _judge_lines(ground: Ground, path: str, change: Callable[[list[bytes]], list[bytes]]) -> str:
    """A log changed and sealed anew with the head and count of the whole one."""
    whole = Draft().seal_into(ground.new_folder())
    lines = (whole.folder / path).read_bytes().splitlines(keepends=True)

    def put(draft: Draft) -> None:
        draft.seal_changes = {"journal_head": whole.seal.journal_head,
                              "recorder_head": whole.seal.recorder_head}  # fmt: skip
        draft.count_changes = msgspec.to_builtins(whole.seal.counts)
        draft.files[path.removeprefix("data/")] = b"".join(change(lines))

    return ground.judge_draft(put)


for _path in (JOURNAL, RECORDER):
    for _row, _what, _code, _lines in (
        (4, "last line dropped", "count_wrong", lambda lines: lines[:-1]),
        (4, "last line torn", "chain_malformed", lambda lines: [*lines[:-1], lines[-1][:40]]),
        (4, "a line in the middle dropped", "chain_broken", lambda lines: lines[:3] + lines[4:]),
        (5, "two lines swapped", "chain_broken", lambda lines: [lines[1], lines[0], *lines[2:]]),
        (5, "a line doubled", "chain_broken", lambda lines: [*lines, lines[-1]]),
    ):
        add_attack(
            _row,
            f"{_path.removeprefix('data/')}: {_what}, sealed anew",
            f"{_code} {_path}",
            lambda ground, path=_path, change=_lines: _judge_lines(ground, path, change),  # type: ignore[misc]
        )


@attack(5, "two streams exchanged, sealed anew", f"fragment_changed {MEDIA}")
def _streams_exchanged(ground: Ground) -> str:
    def change(draft: Draft) -> None:
        one, two = (f"media/camera-{n}-take-001.mp4" for n in (1, 2))
        draft.files[one], draft.files[two] = draft.files[two], draft.files[one]

    return ground.judge_draft(change)


# 23. Downgrades.


@attack(23, "a manifest of MD5 added", "algorithm_refused manifest-md5.txt; bagit refuses",
        "algorithm_refused manifest-md5.txt; bagit accepts")  # fmt: skip
def _md5_added(ground: Ground) -> str:
    record = ground.copy()
    (record / "manifest-md5.txt").write_text("")
    return f"{ground.judge(record)}; {bagit_says(record)}"


@attack(23, "MD5 in place of SHA-256, listed and signed", "algorithm_refused manifest-md5.txt")
def _md5_instead(ground: Ground) -> str:
    record = ground.copy("receipt.json", "seal.tsr")
    (record / "manifest-sha256.txt").rename(record / "manifest-md5.txt")
    ground.sign_list(record)
    return ground.judge(record)


def _seal_with(**changes: object) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        return ground.judge_seal(lambda _: canonical({**ground.seal_value(), **changes}))

    return act


for _what, _told in (
    ("another suite", {"suite": "MD5-RSA"}),
    ("suite none", {"suite": "none"}),
    ("GM and NIST suites mixed", {"suite": "SM3-P256-ED25519"}),
    ("a version 0", {"version": 0}),
):
    add_attack(23, f"{_what} in seal.json, signed", "suite_refused seal.json", _seal_with(**_told))


@attack(23, "the CMS names another digest algorithm", "signature_wrong seal.p7s")
def _cms_algorithm(ground: Ground) -> str:
    record = ground.copy()
    raw = (record / "seal.p7s").read_bytes()
    sha256, sha512 = bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040203")
    (record / "seal.p7s").write_bytes(raw.replace(sha256, sha512))
    return ground.judge(record)


# 24. A signature over text instead of bytes.


@attack(24, "CMS made without -binary",
        "signature_wrong seal.p7s; openssl accepts", "signature_wrong seal.p7s; openssl refuses",
)  # fmt: skip
def _cms_of_text(ground: Ground) -> str:
    record, work = ground.copy("receipt.json", "seal.tsr"), ground.new_folder()
    _sign_by_openssl(ground, record, work)
    return f"{ground.judge(record)}; {openssl_says(record)}"


@attack(24, "the list rewritten with CRLF under a signature over text",
        "signature_wrong seal.p7s; openssl accepts CRLF")  # fmt: skip
def _crlf(ground: Ground) -> str:
    record, work = ground.copy("receipt.json", "seal.tsr"), ground.new_folder()
    _sign_by_openssl(ground, record, work)
    listed = record / "tagmanifest-sha256.txt"
    listed.write_bytes(listed.read_bytes().replace(b"\n", b"\r\n"))
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", "seal.p7s",
               "-content", listed.name]  # fmt: skip
    done = subprocess.run(command, cwd=record, capture_output=True, check=False)
    stock = "openssl accepts CRLF" if done.returncode == 0 else "openssl refuses CRLF"
    return f"{ground.judge(record)}; {stock}"


def _sign_by_openssl(ground: Ground, record: Path, work: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    keys = ground.master.keys
    key = keys.seal_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (work / "key.pem").write_bytes(key)
    shutil.copy(record / "certificates.pem", work / "certificate.pem")
    command = ["openssl", "cms", "-sign", "-outform", "DER", "-signer", "certificate.pem",
               "-inkey", "key.pem", "-in", str(record / "tagmanifest-sha256.txt"),
               "-out", str(record / "seal.p7s")]  # fmt: skip
    subprocess.run(command, cwd=work, capture_output=True, check=True)


# 12. JSON with two readings.

JSON_FORMS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("a key twice", lambda raw: raw.replace(b'{"counts"', b'{"room":"x","counts"', 1)),
    ("NaN", lambda raw: raw.replace(b'"version":1', b'"version":NaN')),
    ("a huge integer", lambda raw: raw.replace(b'"pages":2', b'"pages":' + b"9" * 400)),
    ("another order of keys", lambda raw: json.dumps(_reverse(json.loads(raw))).encode()),
    ("a byte order mark", lambda raw: b"\xef\xbb\xbf" + raw),
    ("CRLF at the end", lambda raw: raw + b"\r\n"),
    ("an escape where none is needed", lambda raw: raw.replace(b'"room-1"', b'"\\u0072oom-1"')),
    ("1.0 for 1", lambda raw: raw.replace(b'"version":1', b'"version":1.0')),
    ("nested a million deep", lambda _: b"[" * 1_000_000),
)


def _reverse(value: dict[str, object]) -> dict[str, object]:
    return dict(reversed(value.items()))


for _what, _form in JSON_FORMS:
    add_attack(12, f"seal.json: {_what}, signed", "seal_malformed seal.json",
               lambda ground, form=_form: ground.judge_seal(form))  # type: ignore[misc]  # fmt: skip


def _line_form(form: Callable[[bytes], bytes]) -> Callable[[Ground], str]:
    def act(ground: Ground) -> str:
        return _judge_lines(ground, JOURNAL, lambda lines: [form(lines[0]), *lines[1:]])

    return act


for _what, _form in (
    ("a byte order mark", lambda raw: b"\xef\xbb\xbf" + raw),
    ("CRLF", lambda raw: raw.replace(b"\n", b"\r\n")),
    ("a key twice", lambda raw: raw.replace(b'{"body"', b'{"seq":0,"body"', 1)),
    ("NaN", lambda raw: raw.replace(b'"seq":0', b'"seq":NaN')),
    ("a space", lambda raw: raw.replace(b'"seq":0', b'"seq": 0')),
):
    add_attack(12, f"journal line: {_what}, sealed anew", f"chain_malformed {JOURNAL}",
               _line_form(_form))  # fmt: skip


@attack(12, "receipt.json: another order of keys", "receipt_wrong receipt.json")
def _receipt_reordered(ground: Ground) -> str:
    record = ground.copy()
    path = record / "receipt.json"
    path.write_bytes(json.dumps(_reverse(json.loads(path.read_bytes()))).encode())
    return ground.judge(record)
