"""The printed words of the official forms, in Chinese and English.

- Source of the header: the forms of 讯问笔录 and 询问笔录 in the public security documents
  (domain.md A2); the English form says the same in the same order.
- The closing sentence is not here and nowhere else: the suspect writes it by hand (L17).
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from app.domain.people import Procedure, Role


class FormWords(msgspec.Struct, frozen=True, kw_only=True):
    """Every printed word of one form; `{}` stands for a value."""

    title: str
    ordinal: str
    time: str
    time_value: str
    place: str
    place_reason: str
    investigator: str
    clerk: str
    unit: str
    interpreter: str
    language: str
    guardian: str
    relation: str
    suspect: str
    sex: str
    sexes: dict[str, str]
    age: str
    birth: str
    id_type: str
    id_number: str
    deputy: str
    yes_no: tuple[str, str]
    ethnicity: str
    education: str
    occupation: str
    address: str
    contact: str
    household: str
    arrived: str
    left: str
    rights: str
    ask: str
    answer: str
    counsel: str
    blank_below: str
    corrections_here: str
    opinion: str
    opinion_hint: str
    sign: str
    sign_and_print: str
    spare: str
    page: str
    record: str
    simulated: str
    break_note: str
    break_kinds: dict[str, str]
    gap_note: str
    pre_roll_note: str
    gap_reasons: dict[str, str]
    objection_note: str
    colon: str
    date: str
    moment: str
    clock: str

    def label(self, role: Role) -> str:
        """What the form calls somebody in that role."""
        return {
            Role.INVESTIGATOR: self.investigator,
            Role.CLERK: self.clerk,
            Role.SUSPECT: self.suspect,
            Role.GUARDIAN: self.guardian,
            Role.INTERPRETER: self.interpreter,
            Role.COUNSEL: self.counsel,
        }[role]

    def speaker(self, role: Role) -> str:
        """The label before a line of the body."""
        if role is Role.INVESTIGATOR:
            return self.ask
        if role is Role.SUSPECT:
            return self.answer
        return self.label(role)


CHINESE: Final = FormWords(
    title="讯问笔录",
    ordinal="（第 {} 次）",
    time="讯问时间",
    time_value="{} 至 {}",
    place="讯问地点",
    place_reason="地点说明",
    investigator="讯问人",
    clerk="记录人",
    unit="工作单位",
    interpreter="翻译人员",
    language="语种",
    guardian="法定代理人",
    relation="关系",
    suspect="被讯问人",
    sex="性别",
    sexes={"male": "男", "female": "女"},
    age="年龄",
    birth="出生日期",
    id_type="身份证件种类",
    id_number="证件号码",
    deputy="人大代表、政协委员",
    yes_no=("是", "否"),
    ethnicity="民族",
    education="文化程度",
    occupation="职业",
    address="现住址",
    contact="联系方式",
    household="户籍所在地",
    arrived="到达时间",
    left="离开时间",
    rights="权利义务告知",
    ask="问",
    answer="答",
    counsel="律师",
    blank_below="（以下空白）",
    corrections_here="本页更正 {} 处，由本人签名捺指印确认",
    opinion="核对意见",
    opinion_hint="（由被讯问人亲笔书写）",
    sign="（签名）",
    sign_and_print="（签名、捺指印）",
    spare="备用签名",
    page="第 {} 页  共 {} 页",
    record="笔录编号 {}",
    simulated="模拟演示，不具法律效力",
    break_note="（{} 至 {} {}，期间同步录音录像未停止。{}）",
    break_kinds={"meal": "用餐", "rest": "休息", "counsel": "会见律师", "medical": "就医"},
    gap_note="（{} 至 {} 录音录像中断，原因：{}）",
    pre_roll_note="（同步录音录像自 {} 起，含讯问开始前 {} 秒预录，未作删减）",
    gap_reasons={
        "suspended": "讯问中止",
        "recorder_lost": "录制设备故障",
        "device_lost": "设备中断",
        "camera_unreachable": "摄像头中断",
        "picture_frozen": "画面停滞",
    },
    objection_note="（{} {}提出异议：{}）",
    colon="：",
    date="{0:%Y}年{0:%m}月{0:%d}日",
    moment="{0:%Y}年{0:%m}月{0:%d}日{0:%H}时{0:%M}分",
    clock="{0:%H}时{0:%M}分{0:%S}秒",
)

ENGLISH: Final = FormWords(
    title="Record of Interrogation",
    ordinal=" (No. {})",
    time="Time",
    time_value="{} to {}",
    place="Place",
    place_reason="Reason for the place",
    investigator="Investigator",
    clerk="Clerk",
    unit="Unit",
    interpreter="Interpreter",
    language="Language",
    guardian="Guardian",
    relation="Relation",
    suspect="Suspect",
    sex="Sex",
    sexes={"male": "male", "female": "female"},
    age="Age",
    birth="Born",
    id_type="Document",
    id_number="Number",
    deputy="Deputy",
    yes_no=("yes", "no"),
    ethnicity="Ethnicity",
    education="Education",
    occupation="Occupation",
    address="Address",
    contact="Contact",
    household="Household register",
    arrived="Arrived",
    left="Left",
    rights="Notice of rights and duties",
    ask="Q",
    answer="A",
    counsel="Counsel",
    blank_below="(blank below)",
    corrections_here="Corrections on this page: {}, confirmed by signature and fingerprint",
    opinion="Statement on checking",
    opinion_hint=" (in the person's own hand)",
    sign=" (signature)",
    sign_and_print=" (signature, print)",
    spare="Spare",
    page="Page {} of {}",
    record="Record {}",
    simulated="SIMULATED, without legal effect",
    break_note="({} to {}: {}; recording went on throughout. {})",
    break_kinds={"meal": "meal", "rest": "rest", "counsel": "counsel", "medical": "medical"},
    gap_note="({} to {}: recording interrupted, reason: {})",
    pre_roll_note="(The recording begins at {}, with {} s of announced pre-roll, kept whole)",
    gap_reasons={
        "suspended": "questioning suspended",
        "recorder_lost": "fault of the recorder",
        "device_lost": "device lost",
        "camera_unreachable": "camera lost",
        "picture_frozen": "picture frozen",
    },
    objection_note="({} the {} objected: {})",
    colon=": ",
    date="{0:%Y-%m-%d}",
    moment="{0:%Y-%m-%d %H:%M}",
    clock="{0:%H:%M:%S}",
)


def words_of(procedure: Procedure, language: str) -> FormWords:
    """The words of the form for that procedure; any language but "en" gets the Chinese form."""
    if procedure is Procedure.CRIMINAL:
        return ENGLISH if language == "en" else CHINESE
    return INQUIRY_ENGLISH if language == "en" else INQUIRY


INQUIRY: Final = replace(
    CHINESE,
    title="询问笔录",
    time="询问时间",
    place="询问地点",
    investigator="询问人",
    suspect="被询问人",
    opinion_hint="（由被询问人亲笔书写）",
)
INQUIRY_ENGLISH: Final = replace(ENGLISH, title="Record of Inquiry", suspect="Person questioned")
