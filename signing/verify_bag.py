"""First part of the check: exactly the listed files, each as it was when the list was signed.

- Every file of the record is a tag file of format 1, a listed payload file, or one of the three
  that come after the list; there is nothing else, and no `fetch.txt`.
- The list was signed: the digest inside `seal.p7s` is that of `tagmanifest-sha256.txt`.
- All files that are not as listed are found, not only the first.
- Each payload file is read and digested once: the heads of media are states of that digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from signing import cms, manifest
from signing.digest import Progress, digest_of
from signing.heads import HeadChain, planned_lengths
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_blocks, read_whole

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
    heads: Mapping[str, Sequence[str]]  # of the pieces of every media file, as it lies there


def check_bag(
    files: RecordFiles, progress: Progress | None = None
) -> tuple[Bag | None, list[SealProblem]]:
    """Check the file set, the signature over the list and every digest.

    Returns the bag, and no problem; or None and every file that is not as listed.

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
    _check_same_names(tags)
    problems = list(_changed(files, tags, {}, None))
    if problems:
        return None, problems
    listed = manifest.parse_manifest(read_whole(files, manifest.MANIFEST), manifest.MANIFEST)
    chains = {
        name: HeadChain(lengths) for name, lengths in planned_lengths(files, RECORDER).items()
    }
    problems = [*_misplaced(files, listed), *_changed(files, listed, chains, progress)]
    if problems:
        return None, problems
    _check_bag_info(files)
    heads = {name: chain.heads for name, chain in chains.items()}
    return Bag(listed, root_digest, signature, heads), []


def _check_tag_files(files: RecordFiles) -> None:
    tags = [name for name in files.sizes if not name.startswith(manifest.PAYLOAD)]
    if RECOVERED in tags and manifest.SEAL not in tags:
        raise SealProblem("recovered_not_sealed", path=RECOVERED)
    if "bagit.txt" not in tags and manifest.SEAL not in tags:
        raise SealProblem("not_a_record", path="bagit.txt", why="missing")
    for name in tags:
        if name == "fetch.txt":
            raise SealProblem("fetch_file", path=name)
        if name in manifest.UNLISTED or name in manifest.TAG_FILES:
            continue
        code = "algorithm_refused" if OTHER_MANIFEST.fullmatch(name) else "file_unlisted"
        raise SealProblem(code, path=name)
    for name in (*manifest.TAG_FILES, manifest.TAG_MANIFEST):
        if name not in tags:
            raise SealProblem("file_missing", path=name)
    if manifest.SIGNATURE not in tags:
        raise SealProblem("signature_missing", path=manifest.SIGNATURE)


def _check_same_names(tags: Mapping[str, str]) -> None:
    for name in manifest.TAG_FILES:
        if name not in tags:
            raise SealProblem("file_unlisted", path=name)
    for name in tags:
        if name not in manifest.TAG_FILES:
            raise SealProblem("manifest_malformed", path=manifest.TAG_MANIFEST, name=name)


def _misplaced(files: RecordFiles, listed: Mapping[str, str]) -> Iterator[SealProblem]:
    """Payload that is missing, not listed or no part of format 1."""
    present = {name for name in files.sizes if name.startswith(manifest.PAYLOAD)}
    for name in sorted({*listed, *REQUIRED} - present):
        yield SealProblem("file_missing", path=name)
    for name in sorted(present):
        if name not in listed or not LAYOUT.fullmatch(name):
            yield SealProblem("file_unlisted", path=name)


def _changed(
    files: RecordFiles,
    listed: Mapping[str, str],
    chains: Mapping[str, HeadChain],
    progress: Progress | None,
) -> Iterator[SealProblem]:
    """Every listed file that is there and not as listed, in order of names."""
    names = [name for name in sorted(listed) if name in files.sizes]
    told = None if progress is None else manifest.OneAtATime(progress)

    def has_changed(name: str) -> SealProblem | None:
        try:
            same = _digest(files, name, chains.get(name) or HeadChain(()), told) == listed[name]
        except SealProblem as problem:
            return problem
        return None if same else SealProblem("file_changed", path=name)

    with ThreadPoolExecutor(manifest.THREADS, "digest") as pool:
        # The largest begin first, so that none is left to run alone at the end.
        by_size = sorted(names, key=files.sizes.__getitem__, reverse=True)
        running = {name: pool.submit(has_changed, name) for name in by_size}
        found = [running[name].result() for name in names]
    yield from (problem for problem in found if problem is not None)


def _digest(files: RecordFiles, name: str, chain: HeadChain, progress: Progress | None) -> str:
    for block in read_blocks(files, name, progress):
        chain.update(block)
    return chain.hexdigest()


def _check_bag_info(files: RecordFiles) -> None:
    if read_whole(files, "bagit.txt") != manifest.BAGIT:
        raise SealProblem("manifest_malformed", path="bagit.txt", line=1)
    told = read_whole(files, "bag-info.txt").decode("utf-8", "replace").splitlines()
    if f"Payload-Oxum: {manifest.payload_oxum(files.sizes)}" not in told:
        raise SealProblem("payload_count_wrong", path="bag-info.txt")
