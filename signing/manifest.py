"""The list of a record's files and their digests: a BagIt 1.0 bag (RFC 8493), strictly.

- One algorithm: a manifest of any other is refused, so that none can be downgraded.
- A manifest names each file once, sorted, in lowercase hexadecimal and with two spaces; written
  any other way it is refused, so that a record has one manifest and one only.
- `manifest-sha256.txt` lists all of `data/`, `tagmanifest-sha256.txt` every other file but itself
  and the three that come after it: `seal.p7s`, `seal.tsr`, `receipt.json` (and `seal.sm2`).
- What is written is on disk before it carries its name.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from signing.digest import Progress, digest_file, digest_of, is_digest
from signing.problem import SealProblem
from signing.record_files import FolderFiles, check_name

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal.json"
SIGNATURE = "seal.p7s"
TIMESTAMP = "seal.tsr"
RECEIPT = "receipt.json"
CERTIFICATES = "certificates.pem"
TAG_FILES = ("bag-info.txt", "bagit.txt", CERTIFICATES, MANIFEST, "README.txt", SEAL)
# Of a record of the GM suite besides, see signing.gm:
GM_KEY = "sm2-public.pem"
GM_MANIFEST = "sm3-manifest.txt"
GM_TAG_MANIFEST = "sm3-tagmanifest.txt"
GM_SIGNATURE = "seal.sm2"
GM_TAG_FILES = (GM_KEY, GM_MANIFEST, GM_TAG_MANIFEST)
GM_FILES = (*GM_TAG_FILES, GM_SIGNATURE)
UNLISTED = frozenset({TAG_MANIFEST, SIGNATURE, TIMESTAMP, RECEIPT, GM_SIGNATURE})
THREADS = min(4, os.cpu_count() or 1)


def parse_manifest(raw: bytes, path: str) -> dict[str, str]:
    """Digest of each name in a manifest.

    Raises:
        SealProblem: `manifest_malformed`, `unsafe_name` or `duplicate_name`.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8", "replace").split("\n")[:-1], 1):
        digest, separator, name = line[:64], line[64:66], line[66:]
        if not is_digest(digest) or separator != "  ":
            raise SealProblem("manifest_malformed", path=path, line=number)
        check_name(name)
        if name in found:
            raise SealProblem("duplicate_name", path=name, twin=name)
        found[name] = digest
    if write_lines(found) != raw:  # another order, another line end, no last newline
        raise SealProblem("manifest_malformed", path=path, line=0)
    return found


def write_lines(digests: Mapping[str, str]) -> bytes:
    """The bytes of a manifest."""
    lines = (f"{digests[name]}  {name}\n" for name in sorted(digests))
    return "".join(lines).encode("utf-8")


def digest_files(
    folder: Path, names: Iterable[str], progress: Progress | None = None
) -> dict[str, str]:
    """Digests of many files, several at a time.

    Args:
        folder: What the names are relative to.
        names: Files to read.
        progress: Told bytes, one call at a time though from several threads; what it raises
            ends the work and comes out here, which is how a caller cancels.
    """
    names = list(names)
    told = None if progress is None else OneAtATime(progress)
    with ThreadPoolExecutor(THREADS, "digest") as pool:
        running = {name: pool.submit(digest_file, folder / name, told) for name in names}
        return {name: task.result() for name, task in running.items()}


class OneAtATime:
    """Passes progress on from several threads; once it raised, every thread stops."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._raised: BaseException | None = None

    def __call__(self, count: int) -> None:
        """Tell the number of bytes, or raise what was raised before."""
        with self._lock:
            if self._raised is not None:
                raise self._raised
            try:
                self._progress(count)
            except BaseException as error:
                self._raised = error
                raise


def write_manifest(folder: Path, progress: Progress | None = None) -> dict[str, str]:
    """Digest everything under `folder/data` and write `manifest-sha256.txt` and `bagit.txt`.

    Returns the digests by name, for whoever needs to compare them to a log.

    Raises:
        SealProblem: A name or link under `data/` that no record may hold.
        OSError: A file cannot be read or written.
    """
    names = [name for name in FolderFiles(folder).sizes if name.startswith(PAYLOAD)]
    digests = digest_files(folder, names, progress)
    write_file(folder / "bagit.txt", BAGIT)
    write_file(folder / MANIFEST, write_lines(digests))
    return digests


def write_tag_manifest(folder: Path) -> bytes:
    """List every tag file in `tagmanifest-sha256.txt`; returns its bytes, which are signed."""
    present = FolderFiles(folder).sizes
    names = [name for name in present if not name.startswith(PAYLOAD) and name not in UNLISTED]
    raw = write_lines(digest_files(folder, names))
    write_file(folder / TAG_MANIFEST, raw)
    return raw


def write_bag_info(folder: Path, record_id: str, day: str, software: str) -> None:
    """`bag-info.txt` with the payload's size, so that stock tools see a missing file early."""
    sizes = FolderFiles(folder).sizes
    text = (
        f"Bag-Software-Agent: {software}\n"
        f"Bagging-Date: {day}\n"
        f"External-Identifier: {record_id}\n"
        f"Payload-Oxum: {payload_oxum(sizes)}\n"
    )
    write_file(folder / "bag-info.txt", text.encode("utf-8"))


def tag_files(names: Iterable[str]) -> tuple[str, ...]:
    """The tag files a record that has these files must have, all of them and no other."""
    return (*TAG_FILES, *GM_TAG_FILES) if set(GM_TAG_FILES) & set(names) else TAG_FILES


def payload_oxum(sizes: Mapping[str, int]) -> str:
    """Bytes and number of payload files (RFC 8493 section 2.2.2)."""
    payload = [size for name, size in sizes.items() if name.startswith(PAYLOAD)]
    return f"{sum(payload)}.{len(payload)}"


def root_digest(folder: Path) -> str:
    """The digest that stands for the whole record: of its tag manifest."""
    return digest_of((folder / TAG_MANIFEST).read_bytes())


def write_file(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all: temporary, synced, renamed, folder synced."""
    temporary = path.with_name(f"{path.name}.part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename last; Windows has no such call and keeps its own order."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
