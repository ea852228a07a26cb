"""An officer's token in the session: used when it is there and fits, and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.errors import KeyProblem, Refused, SetupProblem
from signing import paper
from signing.certificates import to_pem
from tests.app.session.test_session import read_back
from tests.fakes.bench import SETTINGS, Bench, ink
from tests.fakes.token import PIN, SoftToken, library

OFFICER = "investigator-1"


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    monkeypatch.setenv("SOFTHSM2_CONF", "")  # put back afterwards
    made = SoftToken(tmp_path / "hsm")
    made.fill()
    return made


@pytest.fixture
def bench(tmp_path: Path, token: SoftToken) -> Iterator[Bench]:
    """In the signing phase, with the token set up."""
    (tmp_path / "officers.pem").write_bytes(to_pem([token.authority.certificate]))
    made = Bench(tmp_path / "bench")
    read_back(made)
    made.session.begin_signing()
    use(made, officer_authorities=str(tmp_path / "officers.pem"))
    yield made
    made.close()


def use(bench: Bench, **changes: str) -> None:
    settings = msgspec.structs.replace(
        SETTINGS, officer_token_library=str(library()), officer_token_label="officer", **changes
    )
    bench.session._paperwork._settings = settings


def signers(bench: Bench) -> dict[str, str]:
    """Who signed each field, by the certificate's own name."""
    pdf = bench.session._paperwork.pdf()
    reader = paper.open_reader(pdf)
    return {
        one.field_name: one.signer_cert.subject.native["common_name"]
        for one in reader.embedded_signatures
    }


def test_an_officer_signs_with_their_token_and_others_as_before(bench: Bench) -> None:
    session = bench.session
    assert session.plug_token(OFFICER, PIN) == "陈立新 030112"
    session.give_marks("suspect-1", "suspect-1-1", ink(), None)
    session.give_marks(OFFICER, f"{OFFICER}-1", ink(), None)
    assert signers(bench) == {"suspect-1-1": "bench", f"{OFFICER}-1": "陈立新 030112"}


def test_only_an_investigator_brings_a_token(bench: Bench) -> None:
    with pytest.raises(Refused, match="signer_unknown"):
        bench.session.plug_token("suspect-1", PIN)


def test_a_token_that_stops_in_the_middle_leaves_the_paper_and_the_field_open(
    bench: Bench,
) -> None:
    session = bench.session
    session.give_marks("suspect-1", "suspect-1-1", ink(), None)
    before = session._paperwork.pdf()
    session.plug_token(OFFICER, PIN)
    session._paperwork._tokens[OFFICER]._session.close()  # pulled out
    with pytest.raises(KeyProblem, match="token_removed"):
        session.give_marks(OFFICER, f"{OFFICER}-1", ink(), None)
    assert session._paperwork.pdf() == before
    assert session.snapshot.state.signed_fields == ("suspect-1-1",)
    session.unplug_token(OFFICER)
    session.give_marks(OFFICER, f"{OFFICER}-1", ink(), None)
    assert signers(bench)[f"{OFFICER}-1"] == "bench"


def test_a_wrong_pin_changes_nothing(bench: Bench) -> None:
    before = bench.session._paperwork.pdf()
    with pytest.raises(KeyProblem, match="token_pin_wrong"):
        bench.session.plug_token(OFFICER, "000000")
    assert bench.session._paperwork.pdf() == before
    assert not bench.session._paperwork._tokens


def test_a_token_of_an_unknown_authority_is_refused_before_it_signs(
    bench: Bench, tmp_path: Path
) -> None:
    use(bench)
    with pytest.raises(KeyProblem, match="token_unknown"):
        bench.session.plug_token(OFFICER, PIN)
    use(bench, officer_authorities=str(tmp_path / "none.pem"))
    with pytest.raises(SetupProblem, match="token_not_set_up"):
        bench.session.plug_token(OFFICER, PIN)


def test_without_a_setting_no_token_is_asked_for(bench: Bench) -> None:
    bench.session._paperwork._settings = SETTINGS
    with pytest.raises(SetupProblem, match="token_not_set_up"):
        bench.session.plug_token(OFFICER, PIN)
