"""What only the workstation's own keys could forge: the parts of a record must bear each other out.

Every record here is sealed anew by the right key after the change, so that lists and signatures
are all in order and only the strict check's later parts can find it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.domain.events import Entry
from app.domain.evolution import replay
from signing.digest import digest_of
from signing.keys import WorkstationKeys
from signing.problem import SealProblem
from signing.record_files import open_record
from signing.verify import verify
from signing.verify_logs import check_journal
from tests.fakes.record import Draft, build_record, center, make_piece, sign_paper

JOURNAL = "data/journal.jsonl"
RECORDER = "data/recorder.jsonl"
MEDIA = "data/media/camera-1-take-001.mp4"
PAPER = "data/transcript/transcript.pdf"
TRANSCRIPT = "data/transcript/transcript.json"
Change = Callable[[Draft], Any]


def problem_of(tmp_path: Path, draft: Draft) -> tuple[str, object]:
    draft.seal_into(tmp_path)
    with pytest.raises(SealProblem) as caught:
        verify(tmp_path, center().roots)
    return caught.value.code, caught.value.details["path"]


def event(draft: Draft, kind: str, number: int = 0) -> dict[str, Any]:
    return [body for body in draft.journal if body["kind"] == kind][number]


def fragments(draft: Draft) -> list[dict[str, Any]]:
    return [body for body in draft.recorder if body["kind"] == "fragment"]


def test_the_journal_of_the_test_record_is_one_the_desk_could_have_written(tmp_path: Path) -> None:
    """The verifier's fold of the text and the desk's own lead to the same lines."""
    built = build_record(tmp_path)
    lines = (tmp_path / JOURNAL).read_bytes().splitlines()
    state = replay(msgspec.convert(json.loads(line)["body"], Entry) for line in lines)
    with open_record(tmp_path) as files:
        facts = check_journal(files, built.seal)
    assert facts.lines == {line.id: (line.role.value, line.text) for line in state.utterances}
    assert len(facts.marks) == len(state.marks) == 6
    assert [one.field for one in facts.signed] == list(state.signed_fields)


class TestLogs:
    """Chains cut, forged and mixed."""

    @pytest.mark.parametrize("path", [JOURNAL, RECORDER])
    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            (lambda lines: lines[:-1], "count_wrong"),
            (lambda lines: lines[1:], "chain_broken"),
            (lambda lines: lines[:3] + lines[4:], "chain_broken"),
            (lambda lines: [lines[1], lines[0], *lines[2:]], "chain_broken"),
            (lambda lines: [*lines, lines[-1]], "chain_broken"),
            (lambda lines: [*lines, b"\n"], "chain_malformed"),
            (lambda lines: [*lines[:-1], lines[-1][:40]], "chain_malformed"),
            (lambda lines: [*lines[:-1], lines[-1].rstrip()], "chain_malformed"),
            (lambda lines: [lines[0].replace(b"\n", b"\r\n"), *lines[1:]], "chain_malformed"),
            (lambda lines: lines[:0], "chain_malformed"),
        ],
    )
    def test_a_log_that_was_cut_or_changed_is_named(
        self, tmp_path: Path, path: str, damage: Callable[[list[bytes]], list[bytes]], code: str
    ) -> None:
        whole = build_record(tmp_path / "whole")
        lines = (whole.folder / path).read_bytes().splitlines(keepends=True)
        draft = Draft()
        draft.seal_changes = {
            "journal_head": whole.seal.journal_head,
            "recorder_head": whole.seal.recorder_head,
        }
        draft.count_changes = msgspec.to_builtins(whole.seal.counts)
        draft.files[path.removeprefix("data/")] = b"".join(damage(lines))
        assert problem_of(tmp_path / "cut", draft) == (code, path)

    @pytest.mark.parametrize(
        ("name", "path"), [("journal_head", JOURNAL), ("recorder_head", RECORDER)]
    )
    def test_another_end_than_the_sealed_one(self, tmp_path: Path, name: str, path: str) -> None:
        draft = Draft(seal_changes={name: "0" * 64})
        assert problem_of(tmp_path, draft) == ("chain_head_wrong", path)

    def test_logs_of_another_key(self, tmp_path: Path) -> None:
        other = build_record(tmp_path / "other", keys=WorkstationKeys.generate("other"))
        draft = Draft(seal_changes={"journal_head": other.seal.journal_head})
        draft.files["journal.jsonl"] = (other.folder / JOURNAL).read_bytes()
        assert problem_of(tmp_path / "r", draft) == ("chain_signature_wrong", JOURNAL)

    def test_the_journal_of_another_record(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.journal[0]["record_id"] = "r-other"
        assert problem_of(tmp_path, draft) == ("record_mismatch", JOURNAL)

    def test_a_simulated_record_sealed_as_a_real_one(self, tmp_path: Path) -> None:
        draft = Draft(seal_changes={"simulated": False})
        assert problem_of(tmp_path, draft) == ("record_mismatch", JOURNAL)

    @pytest.mark.parametrize(
        "change",
        [
            lambda draft: draft.journal.pop(0),
            lambda draft: draft.journal[0].pop("simulated"),
            lambda draft: draft.journal.__setitem__(0, "no event"),
            lambda draft: event(draft, "mark_given").pop("digest"),
            lambda draft: event(draft, "line_split").update(at="2"),
            lambda draft: event(draft, "lines_merged").update(absorbed_id="u9"),
            lambda draft: event(draft, "line_revised").update(utterance_id="u9"),
        ],
    )
    def test_events_that_make_no_sense(self, tmp_path: Path, change: Change) -> None:
        draft = Draft()
        change(draft)
        assert problem_of(tmp_path, draft) == ("chain_malformed", JOURNAL)

    @pytest.mark.parametrize(
        "change",
        [
            lambda draft: fragments(draft)[1].pop("head"),
            lambda draft: draft.recorder[0].update(take="1"),
            lambda draft: fragments(draft)[1].update(index=7),
            lambda draft: fragments(draft)[2].update(bytes=0),
            lambda draft: fragments(draft)[2].update(t0_ms=9000),
            lambda draft: fragments(draft)[3].update(t0_ms=0, t1_ms=5),
        ],
    )
    def test_reports_that_make_no_sense(self, tmp_path: Path, change: Change) -> None:
        draft = Draft()
        change(draft)
        assert problem_of(tmp_path, draft) == ("chain_malformed", RECORDER)


class TestMedia:
    """Sound and picture against the recorder's log."""

    def film(self, *order: int) -> bytes:
        return b"".join(make_piece("camera-1", 1, index) for index in order)

    @pytest.mark.parametrize("order", [(0, 2, 1, 3), (0, 1, 1, 3), (0, 1, 2), (0, 1, 2, 3, 3)])
    def test_pieces_swapped_doubled_dropped_or_added(
        self, tmp_path: Path, order: tuple[int, ...]
    ) -> None:
        draft = Draft()
        draft.files["media/camera-1-take-001.mp4"] = self.film(*order)
        assert problem_of(tmp_path, draft) == ("fragment_changed", MEDIA)

    def test_a_piece_of_another_take(self, tmp_path: Path) -> None:
        draft = Draft(takes=2)
        changed = self.film(0, 1, 2) + make_piece("camera-1", 2, 3)
        draft.files["media/camera-1-take-001.mp4"] = changed
        assert problem_of(tmp_path, draft) == ("fragment_changed", MEDIA)

    def test_two_streams_exchanged(self, tmp_path: Path) -> None:
        draft = Draft()
        first, second = (f"media/camera-{n}-take-001.mp4" for n in (1, 2))
        files = draft.files
        files[first], files[second] = files[second], files[first]
        assert problem_of(tmp_path, draft) == ("fragment_changed", MEDIA)

    def test_a_film_nobody_recorded(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.files["media/camera-1-take-009.mp4"] = self.film(0)
        assert problem_of(tmp_path, draft) == (
            "file_unlisted",
            "data/media/camera-1-take-009.mp4",
        )

    def test_a_film_left_out(self, tmp_path: Path) -> None:
        draft = Draft()
        del draft.files["media/camera-2-take-001.mp4"]
        assert problem_of(tmp_path, draft) == ("file_missing", "data/media/camera-2-take-001.mp4")

    def test_a_film_recorded_anew_with_its_log(self, tmp_path: Path) -> None:
        """The heads that the journal took in while recording give it away."""
        draft, other = Draft(), Draft(takes=2)
        draft.recorder = other.recorder
        draft.files |= {n: d for n, d in other.files.items() if n.startswith("media/")}
        for body in draft.recorder:
            body["take"] = 3 - body["take"]
        files = {n: d for n, d in draft.files.items() if n.startswith("media/")}
        for name, data in files.items():
            draft.files[name.replace("001", "x").replace("002", "001").replace("x", "002")] = data
        assert problem_of(tmp_path, draft) == ("chain_head_wrong", JOURNAL)

    def test_heads_of_the_take_end_are_checked_too(self, tmp_path: Path) -> None:
        draft = Draft()
        event(draft, "take_ended")["heads"] = {"camera-1": "0" * 64}
        assert problem_of(tmp_path, draft) == ("chain_head_wrong", JOURNAL)

    @pytest.mark.parametrize(("hole_ms", "is_stated"), [(99, False), (100, True), (60_000, True)])
    def test_a_hole_must_be_stated(self, tmp_path: Path, hole_ms: int, is_stated: bool) -> None:
        """L37: missing media is said to be missing."""
        draft = Draft()
        for piece in fragments(draft)[2:4]:
            piece["t0_ms"] += hole_ms
            piece["t1_ms"] += hole_ms
        if not is_stated:
            draft.seal_into(tmp_path)
            verify(tmp_path, center().roots)
            return
        assert problem_of(tmp_path / "silent", draft) == ("gap_unstated", MEDIA)
        gap = {"kind": "gap", "stream": "camera-2", "take": 1, "t0_ms": 1000,
               "t1_ms": 1000 + hole_ms, "reason": "x"}  # fmt: skip
        draft.recorder.append(gap)
        assert problem_of(tmp_path / "other", draft) == ("gap_unstated", MEDIA)
        gap["stream"] = "camera-1"
        draft.seal_into(tmp_path / "stated")
        verify(tmp_path / "stated", center().roots)


class TestContents:
    """Marks, exhibits, text and paper against the journal."""

    def test_a_mark_of_other_ink(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.files["marks/m1-ink.inkml"] = b"<ink/>"
        assert problem_of(tmp_path, draft) == ("mark_mismatch", "data/marks/m1-ink.inkml")

    def test_a_fingerprint_left_out(self, tmp_path: Path) -> None:
        draft = Draft()
        del draft.files["marks/m2-fingerprint.png"]
        assert problem_of(tmp_path, draft) == ("file_missing", "data/marks/m2-fingerprint.png")

    def test_a_mark_nobody_gave(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.files["marks/m9-fingerprint.png"] = b"png"
        assert problem_of(tmp_path, draft) == ("mark_mismatch", "data/marks/m9-fingerprint.png")

    def test_a_file_of_no_known_kind_beside_a_mark(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.files["marks/m1-ink.sdi"] = b"SDI"
        draft.files["marks/m1-fingerprint.wsq"] = b"wsq"
        draft.files["marks/m1-fingerprint.sdi"] = b"SDI"
        assert problem_of(tmp_path, draft) == ("mark_mismatch", "data/marks/m1-fingerprint.sdi")

    @pytest.mark.parametrize("change", ["content", "added", "removed"])
    def test_exhibits_are_what_was_shown(self, tmp_path: Path, change: str) -> None:
        draft = Draft()
        name = f"exhibits/{digest_of(b'a photograph')}.jpg"
        other = f"exhibits/{digest_of(b'other')}.jpg"
        if change == "content":
            draft.files[name] = b"other"
        elif change == "added":
            draft.files[other] = b"other"
        else:
            del draft.files[name]
        assert problem_of(tmp_path, draft)[0] == "exhibit_mismatch"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda told: told["utterances"].pop(), "transcript_mismatch"),
            (lambda told: told["utterances"].append(told["utterances"][0]), "transcript_mismatch"),
            (lambda told: told["utterances"][1].update(id="u9"), "transcript_mismatch"),
            (lambda told: told["utterances"][1].update(role="clerk"), "transcript_mismatch"),
            (lambda told: told["utterances"][1].update(revisions=[]), "transcript_mismatch"),
            (
                lambda told: told["utterances"][1]["revisions"].append({"text": "我认罪"}),
                "transcript_mismatch",
            ),
            (lambda told: told.pop("utterances"), "transcript_mismatch"),
            (lambda told: told.update(record_id="r-other"), "record_mismatch"),
        ],
    )
    def test_the_text_is_what_the_journal_leads_to(
        self, tmp_path: Path, change: Callable[[dict[str, Any]], Any], code: str
    ) -> None:
        draft = Draft(count_changes={"utterances": 3})
        told = json.loads(draft.files["transcript/transcript.json"])
        change(told)
        told.setdefault("utterances", None)
        changed = json.dumps(told if told["utterances"] is not None else {"utterances": []})
        draft.files["transcript/transcript.json"] = changed.encode()
        assert problem_of(tmp_path, draft) == (code, TRANSCRIPT)

    def test_a_paper_cut_back_to_an_earlier_signature(self, tmp_path: Path) -> None:
        """Nothing inside the PDF shows it; the seal's signers do."""
        draft = Draft()
        draft.files["transcript/transcript.pdf"] = sign_paper(draft.keys)[2][1]
        assert problem_of(tmp_path, draft) == ("signer_missing", PAPER)

    @pytest.mark.parametrize("added", [b"\n", b"% a line more\n"])
    def test_a_paper_with_bytes_after_its_last_signature(
        self, tmp_path: Path, added: bytes
    ) -> None:
        draft = Draft()
        draft.files["transcript/transcript.pdf"] += added
        assert problem_of(tmp_path, draft)[0] in {"paper_not_covered", "paper_malformed"}

    def test_a_paper_that_is_none(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.files["transcript/transcript.pdf"] = b"%PDF-1.7\nnothing"
        assert problem_of(tmp_path, draft) == ("paper_malformed", PAPER)

    def test_another_paper_than_the_sealed_one(self, tmp_path: Path) -> None:
        draft = Draft(seal_changes={"paper_digest": "0" * 64})
        assert problem_of(tmp_path, draft) == ("paper_changed", PAPER)

    def test_a_paper_signed_otherwise_than_journaled(self, tmp_path: Path) -> None:
        draft = Draft()
        event(draft, "paper_signed", 1)["digest"] = "0" * 64
        assert problem_of(tmp_path, draft) == ("paper_changed", PAPER)

    def test_a_signature_the_seal_does_not_expect(self, tmp_path: Path) -> None:
        draft = Draft()
        draft.seal_changes["signers"] = [
            {"id": "suspect-1", "role": "suspect", "name": "张三", "refused": True, "fields": []},
            {"id": "investigator-1", "role": "investigator", "name": "李四", "refused": False,
             "fields": ["investigator-1-p2"]},
        ]  # fmt: skip
        assert problem_of(tmp_path, draft) == ("paper_changed", PAPER)

    @pytest.mark.parametrize(
        "what",
        ["events", "recorder_lines", "takes", "fragments", "utterances", "marks", "exhibits",
         "paper_signatures"],
    )  # fmt: skip
    def test_every_count_is_counted(self, tmp_path: Path, what: str) -> None:
        code, path = problem_of(tmp_path, Draft(count_changes={what: 99}))
        assert code == "count_wrong"
        assert path in {JOURNAL, RECORDER, "seal.json"}

    def test_pages_are_counted(self, tmp_path: Path) -> None:
        assert problem_of(tmp_path, Draft(seal_changes={"pages": 3}))[0] == "count_wrong"

    def test_a_record_where_everybody_refused_to_sign_is_valid(self, tmp_path: Path) -> None:
        """L18: a refusal is noted; it does not unseal the record."""
        draft = Draft()
        draft.journal = [
            body for body in draft.journal if body["kind"] not in {"paper_signed", "mark_given"}
        ]
        draft.files = {n: d for n, d in draft.files.items() if not n.startswith("marks/")}
        draft.files["transcript/transcript.pdf"] = sign_paper(draft.keys)[0][1]
        draft.count_changes["paper_signatures"] = 0
        draft.seal_changes["signers"] = [
            {"id": "suspect-1", "role": "suspect", "name": "张三", "refused": True, "fields": []}
        ]
        draft.seal_into(tmp_path)
        verify(tmp_path, center().roots)
