"""README.txt of a record: how anyone checks it with stock tools, in Chinese and English.

- At most ten commands, each copied as it stands; a test runs them out of this very text.
- It says what each command shows and what it does not: no single one of them is the whole check.
- A command line begins with four spaces and "$ "; what must be filled in is in angle brackets.
"""

from __future__ import annotations

from collections.abc import Iterator

NAME = "README.txt"
COMMAND = "    $ "

TEXT = """\
实录 · 讯问记录 {record_id}
如何用通用工具核验本记录（不需要本软件）
========================================

在本文件夹内执行。<center-ca.pem> 是中心的根证书，须从中心另行取得，不可取自本记录；
尚未登记的工作站所封存的记录，只能用 certificates.pem 核验其完整性，不能证明封存者是谁。

1. 每个文件都与清单一致（任选其一）：
    $ sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt
    $ bagit.py --validate .
   无输出或“valid”为一致。清单之外的文件它们看不见，见第 4 条。

2. 封存签名有效，即清单此后未被替换：
    $ openssl cms -verify -binary -inform DER -in seal.p7s -content tagmanifest-sha256.txt \
-CAfile <center-ca.pem> -out /dev/null
   须显示“CMS Verification successful”或“Verification successful”。只看这一条不够：
   第 1 条也须通过。

3. 笔录上的每个签名有效：
    $ pdfsig data/transcript/transcript.pdf
   每个签名须为“Signature is Valid.”，且【最后一个】签名须写明“Total document signed”，
   并且签名栏与 seal.json 中 signers 的 fields 一一对应。只看“Valid”不够。
   未用的备用栏列为“not signed”，不算签名。

4. 除清单所列文件外，只允许有 tagmanifest-sha256.txt、seal.p7s、seal.tsr、receipt.json：
    $ find . -type f -o -type l | sort
   不得有 fetch.txt、符号链接或其他文件。
{timestamp_zh}
data/recorder.jsonl 中每个 fragment 的 head，是该音像文件从头到该片段末尾（长度 N，
即各 bytes 之和）的 SHA-256，可用 head -c N 与 sha256sum 核对；最后一个 head 即清单中该文件的摘要。

更严格的核验（日志链、每段音像、捺印、回执）：
    $ python -m signing verify . --trust <center-ca.pem>


Shilu - interrogation record {record_id}
How to check this record with stock tools (our software is not needed)
======================================================================

The commands are those above, run inside this folder. <center-ca.pem> is the center's root
certificate; get it from the center, never from this record. Of a workstation that was not
enrolled, certificates.pem shows that nothing changed, not who sealed it.

1. sha256sum or bagit.py: every file is as listed. They do not see files that are not listed.
2. openssl cms: the list itself was signed and not replaced since. Needs step 1 as well.
3. pdfsig: every signature must say "Signature is Valid." and the LAST one must say
   "Total document signed"; the fields must be those of "signers" in seal.json. "Valid" alone
   is not enough. A spare field that nobody used is listed as "not signed" and is no signature.
4. find: besides listed files there may be tagmanifest-sha256.txt, seal.p7s, seal.tsr and
   receipt.json, and nothing else: no fetch.txt, no link.
{timestamp_en}
The "head" of each fragment in data/recorder.jsonl is the SHA-256 of that film from its first
byte to the fragment's end (N, the sum of "bytes" so far): head -c N FILE | sha256sum shows it.
The last head is the file's digest in the manifest.

The strict check (log chains, every piece of sound and picture, marks, receipt) is the last
command. What it says comes first where the two differ.
"""

TIMESTAMP_ZH = """
5. 若有 seal.tsr：时间戳证明封存签名在该时刻已存在：
    $ openssl ts -verify -in seal.tsr -data seal.p7s -CAfile <tsa-ca.pem>
   没有 seal.tsr 时，时间以中心回执 receipt.json 为准；两者皆无则时间未经证明。
"""
TIMESTAMP_EN = """\
5. openssl ts, when there is a seal.tsr: the seal existed at the stamped moment. Without one,
   the center's receipt.json proves the time; without both the time is unproven.
"""


def write_readme(record_id: str) -> bytes:
    """The text for one record, UTF-8."""
    text = TEXT.format(record_id=record_id, timestamp_zh=TIMESTAMP_ZH, timestamp_en=TIMESTAMP_EN)
    return text.encode("utf-8")


def commands(readme: bytes) -> Iterator[str]:
    """The commands in a README.txt, as a reader would copy them."""
    for line in readme.decode("utf-8").splitlines():
        if line.startswith(COMMAND):
            yield line.removeprefix(COMMAND)
