"""First part of the check: exactly the listed files, each as it was when the list was signed.

- Every file of the record is a tag file of format 1, a listed payload file, or one of the three
  that come after the list; there is nothing else, and no `fetch.txt`.
- The list was signed: the digest inside `seal.p7s` is that of `tagmanifest-sha256.txt`.
- All files that are not as listed are found, not only the first; `verify_payload` reads `data/`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signing import cms, manifest
from signing.digest import digest_of
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_blocks, read_whole
from signing.working_copy import refuse_working_copy

JOURNAL = "data/journal.jsonl"
RECORDER = "data/recorder.jsonl"
PAPER = "data/transcript/transcript.pdf"
TRANSCRIPT = "data/transcript/transcript.json"
RECOVERED = "recovery.json"  # of a center: a bag of another kind, see signing.recovered
REQUIRED = (JOURNAL, RECORDER, PAPER, TRANSCRIPT)
LAYOUT = re.compile(
    r"data/(journal\.jsonl|recorder\.jsonl|compliance\.json"
    r"|transcript/transcript\.(pdf|docx|json)"
    r"|media/[a-z0-9-]+-take-[0-9]{3,}\.(mp4|(facts\.)?vtt)"
    r"|marks/[a-z0-9][a-z0-9-]*\.(inkml|png|json|sdi|wsq)"
    r"|exhibits/[0-9a-f]{64}\.[a-z0-9]+)"
)
OTHER_MANIFEST = re.compile(r"(tag)?manifest-.*\.txt")


@dataclass(frozen=True, slots=True)
class Bag:
    """The list, and what signed it."""

    listed: Mapping[str, str]  # digest of every payload file
    root_digest: str
    signature: cms.Signature


def check_list(files: RecordFiles) -> tuple[Bag | None, list[SealProblem]]:
    """Check the file set, the signature over the list, and the files that are no payload.

    Returns the bag, and the payload files that are missing or too many; or None and every tag
    file that is not as listed.

    Raises:
        SealProblem: What makes the list itself worthless.
    """
    _check_tag_files(files)
    raw = read_whole(files, manifest.TAG_MANIFEST)
    signature = cms.read(read_whole(files, manifest.SIGNATURE))
    root_digest = digest_of(raw)
    if signature.content_digest != root_digest:
        raise SealProblem("file_changed", path=manifest.TAG_MANIFEST)
    tags = manifest.parse_manifest(raw, manifest.TAG_MANIFEST)
    _check_same_names(tags, manifest.tag_files(files.sizes))
    problems = [problem for name in sorted(tags) for problem in _changed(files, name, tags[name])]
    if problems:
        return None, problems
    listed = manifest.parse_manifest(read_whole(files, manifest.MANIFEST), manifest.MANIFEST)
    return Bag(listed, root_digest, signature), list(_misplaced(files, listed))


def _check_tag_files(files: RecordFiles) -> None:
    tags = [name for name in files.sizes if not name.startswith(manifest.PAYLOAD)]
    if RECOVERED in tags and manifest.SEAL not in tags:
        raise SealProblem("recovered_not_sealed", path=RECOVERED)
    refuse_working_copy(tags)
    if "bagit.txt" not in tags and manifest.SEAL not in tags:
        raise SealProblem("not_a_record", path="bagit.txt", why="missing")
    expected = manifest.tag_files(tags)
    is_gm = expected != manifest.TAG_FILES
    for name in tags:
        if name == "fetch.txt":
            raise SealProblem("fetch_file", path=name)
        allowed = name in manifest.UNLISTED and (name != manifest.GM_SIGNATURE or is_gm)
        if allowed or name in expected:
            continue
        code = "algorithm_refused" if OTHER_MANIFEST.fullmatch(name) else "file_unlisted"
        raise SealProblem(code, path=name)
    for name in (*expected, manifest.TAG_MANIFEST):
        if name not in tags:
            raise SealProblem("file_missing", path=name)
    if manifest.SIGNATURE not in tags:
        raise SealProblem("signature_missing", path=manifest.SIGNATURE)
    if is_gm and manifest.GM_SIGNATURE not in tags:
        raise SealProblem("gm_signature_missing", path=manifest.GM_SIGNATURE)


def _check_same_names(tags: Mapping[str, str], expected: tuple[str, ...]) -> None:
    for name in expected:
        if name not in tags:
            raise SealProblem("file_unlisted", path=name)
    for name in tags:
        if name not in expected and name in manifest.GM_TAG_FILES:
            raise SealProblem("file_missing", path=name)
        if name not in expected:
            raise SealProblem("manifest_malformed", path=manifest.TAG_MANIFEST, name=name)


def _changed(files: RecordFiles, name: str, digest: str) -> Iterator[SealProblem]:
    state = hashlib.sha256()
    try:
        for block in read_blocks(files, name):
            state.update(block)
    except SealProblem as problem:
        yield problem
    else:
        if state.hexdigest() != digest:
            yield SealProblem("file_changed", path=name)


def _misplaced(files: RecordFiles, listed: Mapping[str, str]) -> Iterator[SealProblem]:
    """Payload that is missing, not listed or no part of format 1."""
    present = {name for name in files.sizes if name.startswith(manifest.PAYLOAD)}
    for name in sorted({*listed, *REQUIRED} - present):
        yield SealProblem("file_missing", path=name)
    for name in sorted(present):
        if name not in listed or not LAYOUT.fullmatch(name):
            yield SealProblem("file_unlisted", path=name)


def check_bag_info(files: RecordFiles) -> None:
    """Check what tells stock tools of the payload; raises `SealProblem`."""
    if read_whole(files, "bagit.txt") != manifest.BAGIT:
        raise SealProblem("manifest_malformed", path="bagit.txt", line=1)
    told = read_whole(files, "bag-info.txt").decode("utf-8", "replace").splitlines()
    if f"Payload-Oxum: {manifest.payload_oxum(files.sizes)}" not in told:
        raise SealProblem("payload_count_wrong", path="bag-info.txt")
