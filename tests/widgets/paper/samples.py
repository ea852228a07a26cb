"""Invented transcripts to lay out; no person or case in them exists."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from app.domain.events import BreakKind
from app.domain.interrogation import Break, Gap
from app.domain.paper import TranscriptPaper, from_interrogation
from app.domain.people import Case, Participant, Person, Preparation, Role
from app.domain.transcript import Origin, Revision, Utterance

BEIJING = timezone(timedelta(hours=8))
STARTED = datetime(2026, 11, 22, 9, 5, tzinfo=BEIJING)

OPENING = (
    (
        "我们是某市公安局某区分局的侦查人员，这是我们的人民警察证。现依法对你进行讯问。",
        "我知道了。",
    ),
    ("你是否有犯罪行为？", "有。我想把事情说清楚。"),
    ("你的姓名、年龄、职业、住址和家庭情况？", "我叫𠮷䶮，今年三十六岁，在一家快递公司当分拣员。"),
)
TURNS = (
    (
        "你把当天的经过详细讲一遍。",
        (
            "那天晚上大概七点多，我从公司出来，骑电动车去了菜市场旁边的"
            "那个小区。我在门口等了二十来分钟，看见那辆蓝色的车停在路边，车窗没有关严。"
        ),
    ),
    ("你当时带了什么工具？", "没有带工具。我口袋里只有一把钥匙和手机。"),
    ("车里的东西是谁拿走的？", "是我拿走的，一个黑色的包，里面有现金和一些票据。"),
    ("现金有多少？", "我数过，是三千二百元。票据我没有动，后来扔在了河边的垃圾箱里。"),
    ("你说的情况属实吗？", "属实。"),
)


def preparation(*, minor: bool = False, foreign: bool = False) -> Preparation:
    people = [
        Participant(
            role=Role.INVESTIGATOR, name="周明远", unit="某市公安局某区分局", number="012345"
        ),
        Participant(
            role=Role.INVESTIGATOR, name="何静", unit="某市公安局某区分局", number="012346"
        ),
        Participant(role=Role.CLERK, name="林书言", unit="某市公安局某区分局", number="012347"),
    ]
    if minor:
        people.append(Participant(role=Role.GUARDIAN, name="𠮷大山", note="父亲"))
    if foreign:
        people.append(
            Participant(
                role=Role.INTERPRETER,
                name="安娜",
                unit="某翻译有限公司",
                note="俄语",
                number="F-77",
            )
        )
    suspect = Person(
        name="𠮷䶮",
        sex="male",
        birth="2009-03-14" if minor else "1990-03-14",
        id_number="110101199003140013",
        ethnicity="汉族",
        education="高中",
        occupation="某快递有限公司分拣员",
        household="某省某市某区某街道某社区八栋二单元三〇一室",
        address="某市某区某路一百二十八号某小区八栋二单元三〇一室",
        contact="138 0000 0000",
        arrived="2026年11月22日08时40分",
    )
    return Preparation(
        ordinal=1,
        case=Case(number="A4403000000002026110001", name="某某盗窃案"),
        suspect=suspect,
        participants=tuple(people),
        place="某市公安局某区分局执法办案管理中心第三讯问室",
    )


def utterance(
    number: int, role: Role, *wordings: str, origin: Origin = Origin.CORRECTED
) -> Utterance:
    revisions = tuple(
        Revision(text=text, origin=origin if place else Origin.HEARD, by="何静", at_ms=0)
        for place, text in enumerate(wordings)
    )
    return Utterance(
        id=f"u{number}",
        role=role,
        t0_ms=number * 20_000,
        t1_ms=number * 20_000 + 15_000,
        revisions=revisions,
    )


def utterances(turns: int, corrected: dict[int, str] | None = None) -> tuple[Utterance, ...]:
    """`turns` questions with their answers; `corrected` gives turns another answer."""
    made: list[Utterance] = []
    talk = [*OPENING, *(TURNS[n % len(TURNS)] for n in range(max(0, turns - len(OPENING))))]
    for number, (question, answer) in enumerate(talk[:turns]):
        answers = (answer, corrected[number]) if corrected and number in corrected else (answer,)
        made.append(utterance(2 * number, Role.INVESTIGATOR, question))
        made.append(utterance(2 * number + 1, Role.SUSPECT, *answers))
    return tuple(made)


RIGHTS = (
    "根据《中华人民共和国刑事诉讼法》的规定，你享有下列诉讼权利并承担相应义务：",
    "一、不通晓当地通用的语言文字的，有权要求配备翻译人员；聋、哑的，有权要求通晓手语的人参加。",
    "二、对与本案无关的问题，有拒绝回答的权利。对侦查人员的提问，应当如实回答。",
    "三、自被第一次讯问或者采取强制措施之日起，有权委托辩护人。",
)


def paper(
    turns: int = 12,
    *,
    minor: bool = False,
    foreign: bool = False,
    language: str = "zh",
    corrected: dict[int, str] | None = None,
    rights: tuple[str, ...] = (),
) -> TranscriptPaper:
    return from_interrogation(
        record_id="01JD3W9Q7M2T5R8V0X4Z",
        agency="某市公安局某区分局",
        preparation=preparation(minor=minor, foreign=foreign),
        utterances=utterances(turns, corrected),
        started=STARTED,
        ended=STARTED + timedelta(hours=1, minutes=12),
        breaks=(
            Break(kind=BreakKind.REST, reason="被讯问人要求喝水", t0_ms=95_000, t1_ms=395_000),
        ),
        gaps=(Gap(take=1, stream="room", t0_ms=150_000, t1_ms=153_000, reason="摄像头断开"),),
        rights=rights,
        language=language,
        simulated=True,
    )
