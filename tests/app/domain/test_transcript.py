"""Lines and their wordings: nothing a machine or a person said is ever lost."""

import pytest

from app.domain import events as ev
from app.domain.captions import web_vtt
from app.domain.compliance import sheet
from app.domain.evolution import replay
from app.domain.interrogation import Interrogation
from app.domain.people import Role, read_id_number
from app.domain.transcript import Hearing, Origin
from app.errors import Refused
from tests.fakes.interrogation import PREPARATION, entry, opened, take_started


def heard(number: int, text: str, role: Role = Role.SUSPECT) -> ev.UtteranceHeard:
    return ev.UtteranceHeard(
        utterance_id=f"h1-{number}",
        role=role,
        t0_ms=number * 1000,
        t1_ms=number * 1000 + 800,
        text=text,
        hearing=Hearing(raw_text=text, model="demo", model_digest="d"),
    )


def state_after(*events: ev.AnyEvent) -> Interrogation:
    return replay(entry(event, offset_ms=5000) for event in (opened(), take_started(1), *events))


def test_a_machine_line_keeps_its_wording_under_every_change() -> None:
    state = state_after(
        heard(1, "我没有拿钱包"),
        ev.LineRevised(utterance_id="h1-1", text="我没拿钱包", origin=Origin.TYPED, by="李建国"),
        ev.LineRevised(
            utterance_id="h1-1", text="我没拿他的钱包", origin=Origin.CORRECTED, by="suspect"
        ),
    )
    (line,) = state.utterances
    assert line.text == "我没拿他的钱包"
    assert (line.revisions[0].origin, line.revisions[0].text) == (Origin.HEARD, "我没有拿钱包")
    assert line.hearing is not None
    assert line.hearing.raw_text == "我没有拿钱包"


def test_the_same_line_heard_twice_is_one_line() -> None:
    assert len(state_after(heard(1, "是"), heard(1, "是")).utterances) == 1


def test_lines_stand_in_order_of_time_whoever_comes_first() -> None:
    state = state_after(heard(3, "丙"), heard(1, "甲"), heard(2, "乙"))
    assert [line.text for line in state.utterances] == ["甲", "乙", "丙"]


def test_splitting_and_merging_keeps_all_words_and_the_history() -> None:
    split = state_after(
        heard(1, "你去哪里我去银行"),
        ev.LineSplit(utterance_id="h1-1", new_id="n1", at=4, at_ms=1400),
        ev.SpeakerChanged(utterance_id="h1-1", role=Role.INVESTIGATOR),
    )
    first, second = split.utterances
    assert (first.text, first.role, first.t1_ms) == ("你去哪里", Role.INVESTIGATOR, 1400)
    assert (second.text, second.role, second.t0_ms) == ("我去银行", Role.SUSPECT, 1400)
    merged = state_after(
        heard(1, "我去"), heard(2, "银行"), ev.LinesMerged(utterance_id="h1-1", absorbed_id="h1-2")
    )
    (line,) = merged.utterances
    assert line.text == "我去银行"
    assert {"我去", "银行"} <= {revision.text for revision in line.revisions}


def test_only_neighbours_of_one_speaker_merge() -> None:
    from app.domain.lines import require_neighbours

    state = state_after(heard(1, "甲"), heard(2, "乙", Role.INVESTIGATOR), heard(3, "丙"))
    with pytest.raises(Refused, match="line_not_adjacent"):
        require_neighbours(state.utterances, "h1-1", "h1-3")
    with pytest.raises(Refused, match="line_not_adjacent"):
        require_neighbours(state.utterances, "h1-1", "h1-2")


def test_an_objection_stands_with_its_words_and_moment() -> None:
    objection = ev.ObjectionRaised(by=Role.SUSPECT, text="这不是我说的", page="line:h1-1")
    (kept,) = state_after(objection).objections
    assert (kept.text, kept.page, kept.at_ms) == ("这不是我说的", "line:h1-1", 5000)


def test_captions_stand_at_their_place_in_the_take() -> None:
    state = state_after(
        heard(2, "价格<一>百&元"),
        ev.TakeEnded(take=1, reason="stopped", duration_ms=60_000, heads={}),
    )
    vtt = web_vtt(state.takes[0], state.utterances)
    assert vtt.startswith("WEBVTT\n")
    assert "00:00:02.000 --> 00:00:02.800" in vtt
    assert "<v 答>价格&lt;一&gt;百&amp;元" in vtt


def test_the_compliance_sheet_names_every_requirement_and_judges_no_person() -> None:
    told = sheet(state_after(ev.PreparationChanged(preparation=PREPARATION)))
    results = {finding.rule: finding.result for finding in told.findings}
    assert list(results) == [f"L{number}" for number in range(1, 46)]
    assert results["L1"] == "pass"
    assert results["L15"] == "fail"
    assert results["L6"] == "not_applicable"
    assert results["L43"] == "unknown"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("11010519491231002X", ("1949-12-31", "female")),
        ("11010519491231002x", ("1949-12-31", "female")),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("１1010519491231002X", None),
        ("", None),
    ],
)
def test_an_id_number_is_checked_by_its_own_digits(
    number: str, expected: tuple[str, str] | None
) -> None:
    told = read_id_number(number)
    assert (told and (told[0].isoformat(), told[1])) == expected
