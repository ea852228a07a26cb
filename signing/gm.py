"""The GM profile of a record: SM3 digests beside SHA-256, and an SM2 signature beside the CMS.

- Both stand: a record of this suite must pass the check of the other one and this one as well.
- `sm3-manifest.txt` lists `data/`, `sm3-tagmanifest.txt` every other listed file; the signature
  `seal.sm2` is over the latter, so that SM3 and SM2 alone vouch for all of the record.
- The suite stands in `seal.json`, which both hands signed: taking the GM files away, or adding
  them, is found whoever does it.
- The SM2 key has no certificate of its own: the sealer's CMS vouches for `sm2-public.pem`.
- The lists do not bear the names of BagIt manifests, so that tools which know no SM3 pass them by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SM3, Hash

from signing import manifest, sm2
from signing.problem import KeyProblem, SealProblem
from signing.record_files import FolderFiles, RecordFiles, read_blocks, read_whole

SUITE = "SHA256-P256-ED25519+SM3-SM2"
README = """

国密核验 GM
-----------
本记录另有国密摘要（SM3）和签名（SM2），下列命令须全部通过（OpenSSL 3）：
    $ openssl pkeyutl -verify -pubin -inkey sm2-public.pem -rawin -digest sm3 \
-in sm3-tagmanifest.txt -sigfile seal.sm2 -pkeyopt distid:1234567812345678
    $ cat sm3-manifest.txt sm3-tagmanifest.txt | cut -c67- | xargs openssl dgst -r -sm3 \
| sed 's/ [*]/  /' | cat - sm3-manifest.txt sm3-tagmanifest.txt | sort | uniq -u
   第一条须显示“Signature Verified Successfully”，第二条须无输出。
   公钥 sm2-public.pem 由上面第 2 条的封存签名证明；清单之外还允许有 seal.sm2。

This record has GM digests (SM3) and a signature (SM2) besides. Both commands must pass, with
OpenSSL 3: the first says "Signature Verified Successfully", the second prints nothing. The key in
sm2-public.pem is vouched for by the seal's signature of step 2; seal.sm2 is allowed unlisted.
"""


def write_lists(folder: Path, private_key: bytes) -> None:
    """Write the public key and both SM3 lists; every other tag file must lie there already.

    Raises:
        KeyProblem: `gm_missing` or `key_malformed`.
    """
    files = FolderFiles(folder)
    payload = [name for name in files.sizes if name.startswith(manifest.PAYLOAD)]
    public_key = sm2.to_pem(sm2.public_key_of(private_key))
    manifest.write_file(folder / manifest.GM_KEY, public_key)
    listed = manifest.write_lines(_digests(files, payload))
    manifest.write_file(folder / manifest.GM_MANIFEST, listed)
    files = FolderFiles(folder)
    tags = [name for name in files.sizes if name in _tag_names()]
    manifest.write_file(
        folder / manifest.GM_TAG_MANIFEST, manifest.write_lines(_digests(files, tags))
    )


def write_signature(folder: Path, private_key: bytes) -> None:
    """Sign the list of tag files. Raises `KeyProblem` as `signing.sm2.sign`."""
    listed = (folder / manifest.GM_TAG_MANIFEST).read_bytes()
    manifest.write_file(folder / manifest.GM_SIGNATURE, sm2.sign(private_key, listed))


def check_gm(files: RecordFiles, suite: str, listed: Iterable[str]) -> None:
    """Check that the GM files are there exactly when the suite says so, and all of them hold.

    Args:
        files: The record.
        suite: As `seal.json` tells it.
        listed: Names of the payload.

    Raises:
        SealProblem: `suite_refused`, `gm_signature_missing`, `gm_signature_wrong` or
            `gm_digest_wrong`, naming the file.
    """
    is_gm = suite == SUITE
    if is_gm != any(name in files.sizes for name in manifest.GM_FILES):
        if is_gm:
            raise SealProblem("gm_signature_missing", path=manifest.GM_SIGNATURE)
        raise SealProblem("suite_refused", path=manifest.SEAL, suite=suite)
    if not is_gm:
        return
    raw = read_whole(files, manifest.GM_TAG_MANIFEST)
    try:
        key = sm2.from_pem(read_whole(files, manifest.GM_KEY))
    except KeyProblem as problem:
        raise SealProblem("gm_signature_wrong", path=manifest.GM_KEY) from problem
    if not sm2.check(key, read_whole(files, manifest.GM_SIGNATURE), raw):
        raise SealProblem("gm_signature_wrong", path=manifest.GM_SIGNATURE)
    _compare(files, manifest.GM_TAG_MANIFEST, raw, _tag_names())
    _compare(files, manifest.GM_MANIFEST, read_whole(files, manifest.GM_MANIFEST), set(listed))


def _tag_names() -> set[str]:
    return {*manifest.TAG_FILES, *manifest.GM_TAG_FILES} - {manifest.GM_TAG_MANIFEST}


def _compare(files: RecordFiles, path: str, raw: bytes, names: set[str]) -> None:
    told = manifest.parse_manifest(raw, path)
    if set(told) != names:
        raise SealProblem("gm_digest_wrong", path=path)
    for name, digest in _digests(files, told).items():
        if digest != told[name]:
            raise SealProblem("gm_digest_wrong", path=name)


def _digests(files: RecordFiles, names: Iterable[str]) -> Mapping[str, str]:
    """SM3 of many files, several at a time, the largest first."""

    def digest(name: str) -> str:
        state = Hash(SM3())
        for block in read_blocks(files, name):
            state.update(block)
        return state.finalize().hex()

    by_size = sorted(names, key=files.sizes.__getitem__, reverse=True)
    with ThreadPoolExecutor(manifest.THREADS, "sm3") as pool:
        return dict(zip(by_size, pool.map(digest, by_size), strict=True))
