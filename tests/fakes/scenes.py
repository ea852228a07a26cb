"""One believable interrogation at each of its phases, for screens and pictures of them."""

from __future__ import annotations

import math
import random
from pathlib import Path

from app.domain.events import BreakKind
from app.domain.people import Case, Participant, Person, Preparation, Procedure, Role
from app.domain.transcript import Origin
from app.ipc.messages import FolderState, PartialHeard, StreamState
from app.session.snapshot import CenterState, Live
from tests.fakes.session import FakeSession

NAMES = ("prepare", "rights", "interview", "read_back", "sign", "seal")

PREPARATION = Preparation(
    procedure=Procedure.CRIMINAL,
    ordinal=1,
    case=Case(number="江公（刑）立字〔2026〕1187号", name="王志远涉嫌诈骗案", offence="诈骗罪"),
    suspect=Person(
        name="王志远",
        sex="male",
        birth="1988-03-07",
        id_number="320102198803070010",
        ethnicity="汉族",
        education="大专",
        occupation="无固定职业",
        household="江宁市鼓楼区中山路118号2幢301室",
        address="江宁市雨花区软件大道66号5幢1204室",
        contact="13905180000",
        arrived="13:40",
    ),
    participants=(
        Participant(role=Role.INVESTIGATOR, name="陈立新", unit="刑侦支队", number="012386"),
        Participant(role=Role.INVESTIGATOR, name="周婷", unit="刑侦支队", number="013907"),
    ),
    place="江宁市公安局执法办案管理中心讯问室1",
    vocabulary=("王志远", "李桂芳", "恒泰投资", "软件大道"),
)

TALK = (
    (Role.INVESTIGATOR, "你的姓名、出生日期、住址？", ""),
    (Role.SUSPECT, "我叫王志远，1988年3月7日出生，住在江宁市雨花区软件大道66号5幢1204室。", "雨"),
    (Role.INVESTIGATOR, "权利义务告知书你看过了吗？有什么要求？", ""),
    (Role.SUSPECT, "看过了，也签了字。没有要求，不申请回避。", ""),
    (Role.INVESTIGATOR, "你认识李桂芳吗？怎么认识的？", "桂芳"),
    (
        Role.SUSPECT,
        "认识。今年四月在小区门口的理财讲座上认识的，她六十多岁，一个人住，说手里有点养老钱想做投资。",
        "讲座",
    ),
    (Role.INVESTIGATOR, "你当时是怎么跟她说的？", ""),
    (
        Role.SUSPECT,
        (
            "我说我在恒泰投资上班，公司有个养老项目，保本，年化百分之十二。其实我早就从公司离职了，"
            "那个项目是我自己编的。"
        ),
        "恒泰年化",
    ),
    (Role.INVESTIGATOR, "她一共给了你多少钱？分几次，用什么方式？", ""),
    (
        Role.SUSPECT,
        (
            "一共十八万六千元。第一次五月六号，五万，银行转账；第二次五月二十号，十万，也是转账；"
            "还有三万六是六月初给的现金。"
        ),
        "万六",
    ),
    (Role.INVESTIGATOR, "钱都到哪里去了？", ""),
    (Role.SUSPECT, "还了信用卡，还有一部分在网上赌球输了。现在手里大概还剩两万块。", "赌球"),
)


def _opened() -> FakeSession:
    session = FakeSession()
    session.prepare(PREPARATION)
    return session


def _rights() -> FakeSession:
    session = _opened()
    session.begin()
    session.now_ms = 12_000
    session.show_rights(1, "zh", 24_000)
    session.now_ms = 40_000
    session.show_rights(2, "zh", 31_000, read_aloud=True)
    session.show(live(74_000))
    return session


def _interview() -> FakeSession:
    session = _rights()
    session.now_ms = 96_000
    session.acknowledge_rights(None)
    session.begin_interview()
    moment = 110_000
    ids = []
    for role, text, weak in TALK:
        length = 900 + len(text) * 210
        session.now_ms = moment + length
        ids.append(session.hear(role, text, moment, moment + length, weak))
        moment += length + 1_400
    session.revise(ids[4], "你认识李桂芳吗？怎么认识的？", Origin.TYPED)
    session.bookmark("提到恒泰投资")
    session.show_exhibit(Path("/media/usb/transfer-0506.png"), "转账凭证（5月6日）.png")
    session.add_line(Role.INVESTIGATOR, "（出示转账凭证）这张凭证你看一下，是不是你收的款？")
    session.now_ms = moment + 9_000
    session.add_line(Role.SUSPECT, "是我的账户，五月六号收的五万。", Origin.PASTED)
    session.start_break(BreakKind.REST, "被讯问人要求喝水")
    session.now_ms += 180_000
    session.end_break("饮水一次，休息三分钟，期间未谈案情")
    session.now_ms += 12_000
    session.show(
        live(
            session.now_ms,
            partials=(
                PartialHeard(
                    record_id=session.record_id,
                    channel=1,
                    t0_ms=session.now_ms - 2_000,
                    text="剩下的两万我愿意全部退给她",
                ),
            ),
        )
    )
    return session


def _read_back() -> FakeSession:
    session = _interview()
    session.now_ms += 30_000
    session.begin_read_back()
    assert session.state.paper is not None
    session.page_read(1, Role.SUSPECT, 96_000)
    line = next(u for u in session.state.utterances if "十八万六千" in u.text)
    session.correct(line.id, line.text.replace("六月初", "六月三号"), Role.SUSPECT)
    session.page_read(1, Role.SUSPECT, 41_000)
    session.show(live(session.now_ms))
    return session


def _sign() -> FakeSession:
    session = _read_back()
    assert session.state.paper is not None
    for page in range(1, session.state.paper.pages + 1):
        session.page_read(page, Role.SUSPECT, 62_000 + page * 7_000)
    session.confirm_read_back(Role.SUSPECT)
    session.begin_signing()
    session.give_marks("suspect-1", "suspect-1-page-1", None, None)
    session.show(live(session.now_ms))
    return session


def _seal() -> FakeSession:
    session = _sign()
    for signer in session.state.signers:
        for field in session.state.fields_left(signer.id):
            session.give_marks(signer.id, field, None, None)
    session.show(live(session.now_ms))
    return session


def at(name: str) -> FakeSession:
    """The interrogation as it stands when the page of that name is in use."""
    made = {
        "prepare": _opened,
        "rights": _rights,
        "interview": _interview,
        "read_back": _read_back,
        "sign": _sign,
        "seal": _seal,
    }
    return made[name]()


def live(elapsed_ms: int, **changed: object) -> Live:
    """A healthy recording that long."""
    rng = random.Random(elapsed_ms)
    loud = int(9_000 + 6_000 * math.sin(elapsed_ms / 700)) + rng.randint(0, 900)
    gigabyte = 1 << 30
    values: dict[str, object] = {
        "recording": True,
        "elapsed_ms": elapsed_ms,
        "levels_dbfs": (-18.0, -24.0),
        "waveform": ((-loud, loud), (-loud // 3, loud // 3)),
        "folders": (
            FolderState(
                path="/media/disk-a/shilu", healthy=True, free_bytes=310 * gigabyte, hours_left=86.0
            ),
            FolderState(
                path="/media/disk-b/shilu",
                healthy=True,
                free_bytes=402 * gigabyte,
                hours_left=112.0,
            ),
        ),
        "streams": (
            StreamState(
                name="camera-1",
                healthy=True,
                fragments=elapsed_ms // 1000,
                head="0" * 64,
                written_ms=elapsed_ms,
            ),
        ),
        "microphone": "USB Audio 双通道",
        "backlog_ms": 1_200,
        "model": "demo",
        "center": CenterState(
            enrolled=True, linked=True, url="https://center.example", queued=2, clock_offset_ms=40
        ),
    }
    return Live(**{**values, **changed})  # type: ignore[arg-type]
