"""The session: events before screens, a recorder that comes back, a desk that comes back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from app.domain import events as ev
from app.domain.people import Role
from app.domain.phase import Phase
from app.domain.transcript import Origin
from app.errors import Refused, StorageProblem
from app.ipc import messages as ms
from app.session import recording as recording_module
from app.session import rights_text
from app.session.snapshot import Snapshot
from app.store.journal import read_entries
from signing.digest import digest_of
from tests.fakes.bench import Bench, ink
from tests.fakes.interrogation import PREPARATION


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def wait_for(condition: Callable[[], bool], limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def interview(bench: Bench) -> None:
    session = bench.session
    session.prepare(PREPARATION)
    session.begin()
    session.show_rights(1, "zh", 1500)
    session.acknowledge_rights(ink())
    session.begin_interview()


def read_back(bench: Bench) -> None:
    interview(bench)
    bench.links.fake_transcriber.hear("R1", 0, 1000, "你叫什么名字？")
    bench.links.fake_transcriber.hear("R1", 1, 3000, "我叫王海燕。")
    bench.session.begin_read_back()
    bench.session.page_read(1, Role.SUSPECT, 4000)
    bench.session.confirm_read_back(Role.SUSPECT)


def test_an_event_is_on_disk_before_anyone_is_told(bench: Bench) -> None:
    told: list[int] = []

    def on_change(value: object) -> None:
        if isinstance(value, Snapshot):
            told.append(sum(1 for _ in read_entries(bench.folder, bench.keys)))

    bench.session.subscribe(on_change)
    bench.session.prepare(PREPARATION)
    assert told == [2]


def test_recording_begins_before_the_rights_phase(bench: Bench) -> None:
    """L31."""
    interview(bench)
    kinds = [type(entry.event).__name__ for entry in read_entries(bench.folder, bench.keys)]
    assert kinds.index("TakeStarted") < kinds.index("PhaseChanged")
    assert bench.session.snapshot.state.phase is Phase.INTERVIEWING


def test_a_heard_line_comes_in_once_and_by_its_channel(bench: Bench) -> None:
    interview(bench)
    for _ in range(2):
        bench.links.fake_transcriber.hear("R1", 1, 3000, "我没有拿。")
    bench.links.fake_transcriber.hear("R9", 1, 4000, "another record's line")
    (line,) = bench.session.snapshot.state.utterances
    assert (line.role, line.origin, line.text) == (Role.SUSPECT, Origin.HEARD, "我没有拿。")


def test_the_rights_ink_is_a_mark_of_its_own(bench: Bench) -> None:
    interview(bench)
    (mark,) = bench.session.snapshot.state.marks
    rights = bench.session.snapshot.state.rights
    assert rights is not None
    assert (mark.field, mark.id) == ("", rights.mark_id)


def test_the_journal_binds_the_words_shown_and_the_ink_under_them(bench: Bench) -> None:
    """L11: what was acknowledged can be compared with the wording in force."""
    interview(bench)
    events = [entry.event for entry in read_entries(bench.folder, bench.keys)]
    shown = [event for event in events if isinstance(event, ev.RightsShown)]
    procedure = bench.session.snapshot.state.preparation.procedure
    notice = rights_text.read(procedure, shown[-1].language)
    assert [one.text_digest for one in shown] == [
        rights_text.page_digest(rights_text.read(procedure, one.language), one.page)
        for one in shown
    ]
    (mark,) = bench.session.snapshot.state.marks
    assert mark.page_digest == rights_text.acknowledged_digest(
        notice, tuple(one.text_digest for one in shown)
    )


def test_read_back_hears_up_to_now_and_no_further(bench: Bench) -> None:
    read_back(bench)
    (until_ms,) = bench.links.fake_transcriber.finished
    assert until_ms >= 0
    assert bench.session.paper_pdf().startswith(b"%PDF")


def test_pages_given_to_a_printer_before_signing_stand_in_the_journal(bench: Bench) -> None:
    """L15, L40: who printed which pages, how often, when; nobody does so without a paper."""
    session = bench.session
    interview(bench)
    with pytest.raises(Refused, match="wrong_phase"):
        session.paper_printed("d" * 64, (1,), 1, "HP")
    bench.links.fake_transcriber.hear("R1", 1, 3000, "我叫王海燕。")
    session.begin_read_back()
    digest = digest_of(session.paper_pdf())
    session.paper_printed(digest, (1, 2), 3, "HP")
    (entry,) = [
        one
        for one in read_entries(bench.folder, bench.keys)
        if isinstance(one.event, ev.PaperPrinted)
    ]
    assert entry.actor == session.officer
    assert entry.offset_ms >= 0
    (printed,) = session.snapshot.state.printings
    assert printed == entry.event
    assert (printed.pages, printed.copies, printed.printer) == ((1, 2), 3, "HP")
    paper = session.snapshot.state.paper
    assert paper is not None
    assert printed.paper_digest == paper.digest
    session.leave()
    assert bench.reopen().snapshot.state.printings == (printed,)


def test_signatures_fill_the_paper_and_a_correction_voids_them(bench: Bench) -> None:
    """L16, L17."""
    read_back(bench)
    session = bench.session
    session.begin_signing()
    session.give_marks("suspect-1", "suspect-1-1", ink(), None)
    assert session.snapshot.state.signed_fields == ("suspect-1-1",)
    with pytest.raises(Refused, match="already_signed"):
        session.give_marks("suspect-1", "suspect-1-1", ink(), None)
    with pytest.raises(Refused, match="signer_unknown"):
        session.give_marks("suspect-1", "investigator-1-1", ink(), None)
    session.back_to_read_back()
    line = session.snapshot.state.utterances[1]
    session.correct(line.id, "我叫王海雁。", Role.SUSPECT)
    state = session.snapshot.state
    assert state.signed_fields == ()
    assert [mark.field for mark in state.voided_marks] == ["suspect-1-1"]
    assert not state.read_back_confirmed
    assert state.utterance(line.id).revisions[0].text == "我叫王海燕。"


def test_a_signature_the_journal_does_not_know_is_cut_off(bench: Bench) -> None:
    """A crash between writing the paper and its event leaves the last journaled paper."""
    read_back(bench)
    bench.session.begin_signing()
    before = bench.session.paper_pdf()
    blobs = bench.session._paperwork._blobs
    bench.session.give_marks("suspect-1", "suspect-1-1", ink(), None)
    signed = bench.session.paper_pdf()
    assert signed.startswith(before)
    blobs.put("paper", "transcript.pdf", signed + b"torn tail")
    assert bench.session.paper_pdf() == signed
    blobs.put("paper", "transcript.pdf", b"%PDF another")
    with pytest.raises(StorageProblem, match="journal_damaged"):
        bench.session.paper_pdf()


def test_a_recorder_that_dies_comes_back_in_a_new_take_with_a_stated_gap(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L36, C13."""
    monkeypatch.setattr(recording_module, "SILENT_AFTER_S", 0.3)
    interview(bench)
    recorder = bench.links.fake_recorder
    recorder.keep_fragment(1, 1000)
    recorder.record_id = ""  # a new process knows nothing of the take
    wait_for(lambda: len(bench.session.snapshot.state.takes) == 2)
    wait_for(lambda: not bench.session.snapshot.state.troubles)
    state = bench.session.snapshot.state
    assert state.takes[0].end_reason == "recorder_lost"
    assert state.takes[1].offset_ms >= 0
    assert [gap.reason for gap in state.gaps] == ["recorder_lost"]


def test_the_rest_of_a_lost_take_is_heard_before_the_new_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "SILENT_AFTER_S", 0.3)
    interview(bench)
    bench.links.fake_recorder.keep_fragment(1, 1000)
    bench.links.fake_recorder.record_id = ""
    transcriber = bench.links.fake_transcriber
    wait_for(lambda: [command.take for command in transcriber.started][-2:] == [1, 2])


def test_a_desk_that_comes_back_finds_recorder_and_state(bench: Bench) -> None:
    interview(bench)
    bench.links.fake_transcriber.hear("R1", 0, 1000, "第一句。")
    before = bench.session.snapshot.state
    bench.proceeding.close()  # the desk was killed; its threads went with it
    bench.session._recording._leaving.set()
    bench.session._hearing._leaving.set()
    bench.links.fake_recorder.elapsed_ms = 60_000
    session = bench.reopen()
    session.attach()
    state = session.snapshot.state
    assert state.utterances == before.utterances
    assert len(state.takes) == 1
    assert session.offset_ms() >= 60_000
    again = bench.links.fake_transcriber.started[-1]
    assert again.from_ms == (1800, 0)


def test_suspending_closes_the_take_and_resuming_states_the_gap(bench: Bench) -> None:
    """L36, L37."""
    interview(bench)
    bench.links.fake_recorder.say(
        msgspec.structs.replace(bench.links.fake_recorder.state(), elapsed_ms=5000)
    )
    bench.session.suspend("更换硬盘")
    assert bench.session.snapshot.state.takes[0].duration_ms == 5000
    with pytest.raises(Refused, match="reason_missing"):
        bench.session.resume(" ")
    bench.session.resume("硬盘已更换")
    state = bench.session.snapshot.state
    assert state.phase is Phase.INTERVIEWING
    assert [gap.reason for gap in state.gaps] == ["suspended"]


def test_an_objection_and_an_exhibit_are_kept(bench: Bench, tmp_path: Path) -> None:
    """L33, C12."""
    interview(bench)
    picture = tmp_path / "evidence.png"
    picture.write_bytes(b"\x89PNG exhibit")
    exhibit_id = bench.session.show_exhibit(picture, "监控截图")
    assert bench.session.exhibit_bytes(exhibit_id) == (b"\x89PNG exhibit", "image/png")
    bench.session.object(Role.SUSPECT, "照片里不是我", "exhibit")
    state = bench.session.snapshot.state
    assert state.exhibit_on_tablet == exhibit_id
    assert [o.text for o in state.objections] == ["照片里不是我"]
    assert b"PNG exhibit" not in next((bench.folder / "exhibits").iterdir()).read_bytes()


def test_media_heads_are_pinned_every_ten_seconds(bench: Bench) -> None:
    interview(bench)
    for second in range(1, 26):
        bench.links.fake_recorder.keep_fragment(second, second * 1000)
    pins = [
        entry.event.t1_ms
        for entry in read_entries(bench.folder, bench.keys)
        if type(entry.event).__name__ == "MediaPinned"
    ]
    assert pins == [1000, 11_000, 21_000]


def test_levels_and_pictures_reach_listeners_and_are_not_kept(bench: Bench) -> None:
    interview(bench)
    count = sum(1 for _ in read_entries(bench.folder, bench.keys))
    told: list[object] = []
    bench.session.subscribe(told.append)
    bench.links.fake_recorder.say(ms.Levels(at_ms=5, dbfs=(-9.0, -50.0), waveform=((1, 2), (3, 4))))
    bench.links.fake_recorder.say(ms.Preview(stream="camera-1", jpeg=b"x", at_ms=1))
    assert bench.session.live.levels_dbfs == (-9.0, -50.0)
    assert any(isinstance(value, ms.Preview) for value in told)
    assert sum(1 for _ in read_entries(bench.folder, bench.keys)) == count
