"""Small, believable values of the domain that tests share."""

from app.domain import events as ev
from app.domain.people import Case, Participant, Person, Preparation, Role
from app.domain.signers import SignatureField

PREPARATION = Preparation(
    case=Case(number="A3302032026110017", name="11·20 盗窃案", offence="盗窃"),
    suspect=Person(name="王海燕", sex="female", birth="1990-03-07", language="zh"),
    participants=(
        Participant(role=Role.INVESTIGATOR, name="李建国", unit="海曙分局", number="030112"),
        Participant(role=Role.INVESTIGATOR, name="陈芳", unit="海曙分局", number="030245"),
    ),
    place="执法办案中心讯问室 1",
)

SIGNER_IDS = ("suspect-1", "investigator-1", "investigator-2")


def entry(event: ev.AnyEvent, offset_ms: int = 0, actor: str = "李建国") -> ev.Entry:
    """An event as a journal keeps it."""
    return ev.Entry(utc="2026-11-22T03:00:00.000Z", offset_ms=offset_ms, actor=actor, event=event)


def opened() -> ev.Opened:
    """The first event of every record."""
    return ev.Opened(record_id="R1", room="讯问室 1", simulated=True, software="test")


def take_started(number: int, offset_ms: int = 0) -> ev.TakeStarted:
    """A take with one camera."""
    return ev.TakeStarted(
        take=number,
        streams=("camera-1",),
        started_utc="2026-11-22T03:00:00.000Z",
        microphone="simulated",
        cameras=("test:",),
        offset_ms=offset_ms,
    )


def paper_made() -> ev.PaperMade:
    """One page with a field for each signer."""
    fields = tuple(
        SignatureField(name=f"{signer}-p1", signer_id=signer, page=1, box=(0, 0, 100, 40))
        for signer in SIGNER_IDS
    )
    return ev.PaperMade(paper_digest="d1", page_digests=("p1",), fields=fields)
