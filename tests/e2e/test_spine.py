"""One whole interrogation with real processes, real sound, a real network camera and a real center.

It is played once; each test looks at what a court, a clerk or the person would look at.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from app.demo.checks import Verdict, judge, refusals
from app.demo.script import character_errors
from app.domain.events import BreakKind
from app.domain.interrogation import Interrogation
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Origin, Utterance
from app.errors import Refused, SealProblem
from app.session.room import Room
from app.session.session import Session
from app.session.snapshot import SealedRecord
from signing import readme
from signing.certificates import from_pem
from signing.marks import read_inkml, read_png
from signing.paper_check import read_revisions
from signing.verify import verify
from tests.e2e.conftest import enrolled_room
from tests.fakes import demo_sound
from tests.fakes.desk import (
    Surroundings,
    begin_interview,
    decode_picture,
    heard_lines,
    no_share,
    no_step,
    opened,
    read_pages,
    sign_everything,
    wait_until,
)

TURNS = demo_sound.turns()[2:10]  # four questions, four answers
CORRECTION = "刘建国是我的邻居，也是我的同事。"
OBJECTION = "我要求核对时间。"
LARGEST_ERROR = 0.30
UNSIGNED = "The signature form field is not signed."

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Played:
    """The interrogation after delivery."""

    room: Room
    session: Session
    sealed: SealedRecord
    authority: Path
    exhibit: bytes
    sounds: dict[str, tuple[np.ndarray, int]]
    break_grew_ms: int
    break_pieces: int

    @property
    def state(self) -> Interrogation:
        return self.session.snapshot.state

    @property
    def record(self) -> Path:
        return Path(self.sealed.folder)

    def told(self, name: str) -> dict:
        return json.loads((self.record / name).read_bytes())


def show_exhibit(session: Session, folder: Path) -> bytes:
    """A picture is put on the tablet and taken off again."""
    path = folder / "exhibit.png"
    from PIL import Image

    Image.new("RGB", (320, 200), "#556677").save(path)
    exhibit = session.show_exhibit(path, "涉案电动车照片")
    data, media_type = session.exhibit_bytes(exhibit)
    assert media_type == "image/png"
    session.hide_exhibit()
    return data


def rest(session: Session) -> tuple[int, int]:
    """A meal: questions rest and recording goes on; how far it came meanwhile."""
    before = session.live
    pieces = sum(stream.fragments for stream in before.streams)
    session.start_break(BreakKind.MEAL)
    wait_until(
        lambda: sum(stream.fragments for stream in session.live.streams) >= pieces + 2,
        "two more fragments in the break",
    )
    with pytest.raises(Refused, match="break_already_open"):
        session.begin_read_back()
    grown = session.live.elapsed_ms - before.elapsed_ms
    grown_pieces = sum(stream.fragments for stream in session.live.streams) - pieces
    session.end_break("用餐，无其他情况")
    return grown, grown_pieces


def sounds_of(session: Session) -> dict[str, tuple[np.ndarray, int]]:
    """What playing back each heard line gives, while recording goes on."""
    return {
        line.id: session.sound(line.t0_ms, line.t1_ms)
        for line in session.snapshot.state.utterances
        if line.hearing
    }


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def pdfsig(record: Path) -> dict[str, str]:
    """What the stock tool says of each signature, by field; run as the record's README has it."""
    told = readme.commands((record / readme.NAME).read_bytes())
    words = shlex.split(next(command for command in told if command.startswith("pdfsig")))
    said = subprocess.run(words, cwd=record, capture_output=True, text=True, check=False).stdout
    parts = {}
    for part in said.split("Signature #")[1:]:
        if UNSIGNED not in part:
            parts[part.split("Signature Field Name: ")[1].splitlines()[0]] = part
    return parts


def speaks(line: Utterance, role: Role) -> bool:
    return bool(line.hearing) and line.role is role


@pytest.fixture(scope="module")
def played(surroundings: Surroundings, qapp: object) -> Iterator[Played]:
    with enrolled_room(surroundings) as room, opened(room) as session:
        begin_interview(session)
        hear_out = surroundings.converse(TURNS)
        exhibit = show_exhibit(session, surroundings.folder)
        session.object(Role.SUSPECT, OBJECTION, "interview")
        session.bookmark("重点")
        hear_out()
        wait_until(lambda: len(heard_lines(session.snapshot.state)) >= len(TURNS) - 1, "lines", 60)
        grown, pieces = rest(session)
        session.begin_read_back()
        sounds = sounds_of(session)
        answer = [u for u in session.snapshot.state.utterances if speaks(u, Role.SUSPECT)][-1]
        session.correct(answer.id, CORRECTION, Role.SUSPECT)
        read_pages(session)
        session.begin_signing()
        sign_everything(room, session)
        sealed = session.seal(no_step)
        wait_until(lambda: room.records()[0].delivery == "acknowledged", "receipt", 30)
        authority = surroundings.center.folder / "keys" / "ca.pem"
        yield Played(room, session, sealed, authority, exhibit, sounds, grown, pieces)


# --- what was said --------------------------------------------------------------


def test_what_was_said_is_heard_by_role(played: Played) -> None:
    lines = [line for line in played.state.utterances if line.hearing]
    assert {line.role for line in lines} == {Role.INVESTIGATOR, Role.SUSPECT}
    assert len(lines) >= 6
    for role in (Role.INVESTIGATOR, Role.SUSPECT):
        said = "".join(turn["text"] for turn in TURNS if turn["role"] == role.value)
        heard = "".join(line.hearing.raw_text for line in lines if line.role is role)
        wrong, length = character_errors(said, heard)
        assert wrong / length < LARGEST_ERROR, heard
    times = [line.t0_ms for line in lines]
    assert times == sorted(times)
    assert all(line.origin is not Origin.TYPED for line in lines[:-1])


def test_playing_a_line_back_gives_the_channel_of_its_speaker(played: Played) -> None:
    for line in played.state.utterances:
        if line.id not in played.sounds:
            continue
        sound, rate = played.sounds[line.id]
        own = 0 if line.role is Role.INVESTIGATOR else 1
        assert abs(len(sound) / rate - (line.t1_ms - line.t0_ms) / 1000) < 0.3
        loudness = np.sqrt(np.mean(sound**2, axis=0))
        assert loudness[own] > 5 * loudness[1 - own], line.text


# --- what happened in the room ----------------------------------------------------


def test_recording_went_on_in_the_break_and_no_second_is_missing(played: Played) -> None:
    assert played.break_grew_ms >= 1000
    assert played.break_pieces >= 2
    assert len(played.state.takes) == 1
    # A machine too busy for its cameras says so; nothing else may be missing.
    assert {gap.reason for gap in played.state.gaps} <= {"picture_lost"}
    assert played.state.breaks[0].t1_ms is not None


def test_objection_exhibit_and_correction_stand_in_the_record(played: Played) -> None:
    told = played.told("data/transcript/transcript.json")
    assert told["objections"][0]["text"] == OBJECTION
    corrected = [u for u in told["utterances"] if u["revisions"][-1]["text"] == CORRECTION]
    assert len(corrected) == 1
    origins = [revision["origin"] for revision in corrected[0]["revisions"]]
    assert origins[0] == "heard"
    assert origins[-1] == "corrected"
    exhibit = played.state.exhibits[0]
    kept = played.record / "data" / "exhibits" / f"{exhibit.digest}.png"
    assert kept.read_bytes() == played.exhibit


def test_every_field_is_signed_with_ink_and_where_due_a_finger(played: Played) -> None:
    state = played.state
    assert state.paper is not None
    signed = {field.name for field in state.paper.fields}
    assert signed <= set(state.signed_fields)
    marks = played.record / "data" / "marks"
    for field in state.paper.fields:
        kinds = {mark.kind.value for mark in state.marks if mark.field == field.name}
        prints = field.signer_id == "suspect-1"
        assert kinds == ({"ink", "fingerprint"} if prints else {"ink"}), field.name
    for mark in state.marks:
        if mark.kind.value == "ink":
            assert read_inkml((marks / f"{mark.id}.inkml").read_bytes()).strokes
        else:
            assert read_png((marks / f"{mark.id}.png").read_bytes()).width == 256


def test_the_paper_has_one_signature_for_each_field_and_the_workstation_last(
    played: Played,
) -> None:
    pdf = (played.record / "data" / "transcript" / "transcript.pdf").read_bytes()
    revisions = read_revisions(pdf)
    assert played.state.paper is not None
    fields = sorted(field.name for field in played.state.paper.fields)
    signed = [revision.field for revision in revisions if revision.field]
    assert sorted(signed[:-1]) == fields
    assert signed[-1] == "workstation"
    assert revisions[-1].bytes == len(pdf)


def test_picture_and_sound_of_the_sealed_film_decode_to_the_end(played: Played) -> None:
    film = played.record / "data" / "media" / "camera-1-take-001.mp4"
    pictures = decode_picture(film)
    take = played.state.takes[0]
    assert take.duration_ms is not None
    seconds = take.duration_ms / 1000
    assert pictures >= seconds * 15 * 0.9
    with av.open(str(film)) as container:
        frames = sum(frame.samples for frame in container.decode(audio=0))
    assert abs(frames / 48_000 - seconds) < 1.5
    assert (film.with_suffix(".vtt")).read_text("utf-8").startswith("WEBVTT")


def test_a_copied_camera_is_a_master_of_its_own_with_its_facts_beside_it(played: Played) -> None:
    film = played.record / "data" / "media" / "camera-2-take-001.mp4"
    take = played.state.takes[0]
    assert take.streams == ("camera-1", "camera-2")
    assert take.duration_ms is not None
    seconds = take.duration_ms / 1000
    assert decode_picture(film) >= seconds * 15 * 0.9
    facts = film.with_suffix(".facts.vtt").read_text("utf-8")
    told = {line[:19] for line in facts.splitlines() if line.startswith("20")}
    assert len(told) == pytest.approx(seconds, abs=3)  # a line for each second of the wall clock
    assert played.state.room in facts
    assert f"{played.state.record_id}  2" in facts  # followed by the temperature
    assert not film.with_name("camera-1-take-001.facts.vtt").exists()


# --- whoever receives it ------------------------------------------------------------


def test_the_record_verifies_strictly_with_its_receipt(played: Played) -> None:
    trust = from_pem(played.authority.read_bytes())
    verify(played.record, trust, require_receipt=True)
    assert (played.record / "receipt.json").exists()
    played.room.verify(played.sealed.record_id, no_share)
    assert played.room.records()[0].verified == "good"


def test_the_stock_tools_accept_the_record_and_refuse_it_when_damaged(
    played: Played, tmp_path: Path
) -> None:
    authority = from_pem(played.authority.read_bytes())[0]
    every = Verdict(strict=True, bagit=True, cms=True, pdfsig=True)
    assert judge(played.record, authority, tmp_path) == every
    assert refusals(played.record, authority, tmp_path) == every


def test_pdfsig_names_the_signatures_that_the_seal_lists_and_the_last_covers_all(
    played: Played, tmp_path: Path
) -> None:
    signers = played.told("seal.json")["signers"]
    listed = {field for signer in signers for field in signer["fields"]}
    said = pdfsig(played.record)
    assert set(said) == listed
    assert all("Signature is Valid." in part for part in said.values())
    whole = [name for name, part in said.items() if "- Total document signed" in part]
    assert whole == ["workstation"]
    copy = tmp_path / "damaged"
    shutil.copytree(played.record, copy)
    paper = copy / "data" / "transcript" / "transcript.pdf"
    data = bytearray(paper.read_bytes())
    data[len(data) // 2] ^= 1
    paper.write_bytes(data)
    assert not all("Signature is Valid." in part for part in pdfsig(copy).values())


def test_the_record_leaves_as_folder_and_zip_and_both_verify(
    played: Played, tmp_path: Path
) -> None:
    trust = from_pem(played.authority.read_bytes())
    for name in ("folder", "packed.zip"):
        target = tmp_path / name
        played.room.export(played.sealed.record_id, target, no_share, threading.Event())
        verify(target, trust, require_receipt=True)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["folder", "packed.zip"]


def test_the_center_holds_the_very_bytes(played: Played, surroundings: Surroundings) -> None:
    kept = surroundings.center.folder / "records" / played.sealed.root_digest
    own = {p.relative_to(played.record): p.read_bytes() for p in files_of(played.record)}
    theirs = {p.relative_to(kept): p.read_bytes() for p in files_of(kept)}
    differing = {path for path in own if own[path] != theirs.get(path)}
    assert differing <= {Path("receipt.json")}


def test_nothing_personal_lies_open_on_the_workstation_before_sealing(played: Played) -> None:
    """Everything of the open record is encrypted: no name, no line, no picture can be read."""
    folder = played.room.paths.interrogations / played.sealed.record_id
    second = Path(played.room.settings.second_media_folder) / played.sealed.record_id
    words = ["陈志强".encode(), OBJECTION.encode(), "邻居".encode(), b"%PDF", b"ftyp", b"<ink"]
    for path in (*folder.rglob("*"), *second.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            assert not [word for word in words if word in data], path


def test_a_sealed_interrogation_takes_nothing_more(played: Played) -> None:
    with pytest.raises(Refused, match="sealed_is_final"):
        played.session.add_line(Role.INVESTIGATOR, "再加一句")
    assert played.state.phase is Phase.SEALED
    assert not played.room.unfinished()


# --- a refusal ------------------------------------------------------------------------


def test_a_person_may_refuse_to_sign_and_the_record_says_so(room: Room, tmp_path: Path) -> None:
    with opened(room) as session:
        begin_interview(session)
        session.add_line(Role.INVESTIGATOR, "你是否愿意签名？")
        session.add_line(Role.SUSPECT, "我不签。")
        session.begin_read_back()
        read_pages(session)
        session.begin_signing()
        with pytest.raises(Refused, match="marks_missing"):
            session.seal(no_step)
        sign_everything(room, session, but="suspect-1")
        with pytest.raises(Refused, match="reason_missing"):
            session.refuse_signing("suspect-1", " ")
        session.refuse_signing("suspect-1", "本人拒绝签名捺印，未说明理由")
        sealed = session.seal(no_step)
    record = Path(sealed.folder)
    signers = json.loads((record / "seal.json").read_bytes())["signers"]
    told = {signer["id"]: (signer["refused"], bool(signer["fields"])) for signer in signers}
    assert told["suspect-1"] == (True, False)
    assert told["investigator-1"] == (False, True)
    verify(record)
    copy = tmp_path / "claims-a-signature"
    shutil.copytree(record, copy)
    seal = (copy / "seal.json").read_bytes()
    (copy / "seal.json").write_bytes(seal.replace(b'"refused":true', b'"refused":false'))
    with pytest.raises(SealProblem):
        verify(copy)
