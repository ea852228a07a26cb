"""Opens the record of a dead workstation at the center, with its escrow key, and says who did so.

- What is recovered is built beside its place and renamed when it was signed and checked; what a
  fault leaves half-made is plain text of an interrogation and does not stay.
- Nothing in the folders it reads is changed.
"""

from __future__ import annotations

import getpass
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import InputProblem, Problem, StorageProblem

if TYPE_CHECKING:
    from app.session.recovered import OpenedKeys, Source
    from app.session.recovered_payload import Found
    from center.escrow import Enrolled, Escrow, Order
    from signing.recovered import Recovery

Folder = Annotated[Path, typer.Option(help="The center's folder.")]


def open_record(
    record: Annotated[Path, typer.Argument(help="The record's folder, copied from the disk.")],
    out: Annotated[Path, typer.Option(help="New folder for what is recovered.")],
    reason: Annotated[str, typer.Option(help="Why it is opened.")],
    officer: Annotated[str, typer.Option(help="Who opens it.")],
    approved_by: Annotated[str, typer.Option(help="Who else approved it.")],
    media: Annotated[
        list[Path] | None, typer.Option(help="A media folder of the workstation; may be repeated.")
    ] = None,
    folder: Folder = Path("center-data"),
) -> None:
    """Recover an interrogation whose workstation is gone."""
    from app.session.recovered import Source
    from center.escrow import Order
    from center.service import open_escrow
    from signing.manifest import SEAL

    if (record / SEAL).exists():
        raise InputProblem("argument_wrong", argument=str(record), why="shilu verify")
    if out.exists():
        raise StorageProblem("target_exists", path=str(out))
    source = Source.find(record, media or ())
    order = Order(
        record_id=source.record_id,
        reason=reason,
        officer=officer,
        approved_by=approved_by,
        account=getpass.getuser(),
    )
    with open_escrow(folder) as escrow:
        root_digest = _recover(escrow, order, source, out)
    print(f"{out}\n{root_digest}")


def openings(
    folder: Folder = Path("center-data"),
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show every record that was opened with the escrow key, by whom and why."""
    import msgspec

    from center.service import open_escrow

    with open_escrow(folder) as escrow:
        for entry in escrow.register():
            told = msgspec.to_builtins(entry)
            plain = {name: told[name] for name in ("utc", "act", "code", "root_digest")}
            flat = {**plain, **told["order"]}
            print(json.dumps(flat, ensure_ascii=False) if as_json else "  ".join(flat.values()))


def check_recovered(
    path: Annotated[Path, typer.Argument(help="What open-record made: a folder or a ZIP.")],
    trust: Annotated[Path | None, typer.Option(help="The center's root certificate.")] = None,
) -> None:
    """Check what a center recovered, and say how much of it is whole."""
    import msgspec

    from signing.certificates import from_pem
    from signing.recovered import check

    told = check(path, None if trust is None else from_pem(trust.read_bytes()))
    print(msgspec.json.format(msgspec.json.encode(told)).decode("utf-8"))


def _recover(escrow: Escrow, order: Order, source: Source, out: Path) -> str:
    from app.session.recovered import OpenedKeys

    try:
        dek = escrow.open_key(order, source.wrapped)
        with _partial(out) as partial:
            root_digest = _build(escrow, order, source, OpenedKeys(source.record_id, dek), partial)
    except (Problem, OSError) as error:
        escrow.note_end(order, code=error.code if isinstance(error, Problem) else "disk")
        raise
    escrow.note_end(order, root_digest=root_digest)
    return root_digest


def _build(escrow: Escrow, order: Order, source: Source, keys: OpenedKeys, partial: Path) -> str:
    from app.cli.progress import share_bar
    from app.session.recovered import media_bytes, signing_key
    from app.session.recovered_payload import Payload
    from signing import recovered

    enrolled = escrow.enrolled()
    public_key = signing_key(source, keys, [one.journal_key for one in enrolled])
    owner = next(one for one in enrolled if one.journal_key == public_key)
    total, done = media_bytes(source), 0
    with share_bar("recover") as progress:

        def told(count: int) -> None:
            nonlocal done
            done += count
            progress(min(1.0, done / total))

        found = Payload(source, keys, public_key, partial / "data").write(told)
        signer = escrow.make_signer()
        about = _about(order, owner, signer.center, found)
        root_digest = recovered.finish(partial, about, signer)
        recovered.check(partial, [escrow.authority])
    return root_digest


def _about(order: Order, owner: Enrolled, center: str, found: Found) -> Recovery:
    from datetime import UTC, datetime

    from signing.receipt import utc_text
    from signing.recovered import VERSION, Recovery
    from signing.seal import key_text

    return Recovery(
        version=VERSION,
        record_id=order.record_id,
        center=center,
        recovered_utc=utc_text(datetime.now(UTC)),
        officer=order.officer,
        approved_by=order.approved_by,
        reason=order.reason,
        device=owner.device,
        room=owner.room,
        revoked_utc=owner.revoked_utc or "",
        journal_key=key_text(owner.journal_key),
        logs=found.logs,
        media=tuple(found.media),
        unreadable=tuple(found.unreadable),
    )


@contextmanager
def _partial(out: Path) -> Iterator[Path]:
    partial = out.with_name(f".{out.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        yield partial
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
