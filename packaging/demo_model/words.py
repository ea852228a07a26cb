"""What the demonstration's sentences are made of: slots and templates, Chinese and English.

- `{slot}` stands for one word of a list or for what `sentences.py` makes up (name, date, amount).
- Slots and templates are chosen independently, so a sentence kept out of training has its every
  word in other sentences.
- An invented world: names belong to nobody, and nothing here is taken from a case.
"""

# ruff: noqa: SIM905  (words in a line are read at a glance, lists of strings are not)
from __future__ import annotations

DIGITS = "零一二三四五六七八九"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
GIVEN = (
    "小明 伟 芳 建国 丽 军 海燕 志强 秀英 文斌 大勇 晓红 永平 国庆 雪梅 少华 天宇 子龙 美玲 "
    "家豪 卫东 春花 德胜 金宝 玉兰 立新"
).split()

CHINESE = {
    "place": (
        "家里 公司 火车站 超市门口 银行 网吧 宾馆 出租屋 停车场 菜市场 北京路 人民广场 学校门口 "
        "工地 饭店 医院 河边 派出所 地铁站 仓库 超市 学校"
    ).split(),
    "item": (
        "手机 钱包 电动车 银行卡 身份证 现金 电脑 手表 项链 刀 背包 汽车 香烟 合同 钥匙"
    ).split(),
    "kin": "朋友 同事 邻居 老板 弟弟 妹妹 同学".split(),
    "unit": "公安局 派出所 公安分局 刑警队".split(),
    "act": ("对你进行询问", "对你进行讯问", "向你了解情况", "请你说明情况", "对你进行检查"),
    "grasp": "听清楚 听明白 看清楚 想清楚".split(),
    "when": "早上 上午 中午 下午 晚上 凌晨".split(),
    "minutes": ("", "", "半", "十分", "二十分", "四十分"),
    "deed": "吃饭 睡觉 打工 看病 买东西 喝酒 等人 上班".split(),
}

CHINESE_QUESTIONS = (
    "请问你叫什么？|请问他叫什么名字？|你叫什么名字？|请你说一下你叫什么名字？|请问{name}是谁？",
    "你的出生日期是什么时候？|{name}的出生日期是什么时候？",
    "你的电话号码是多少？|{name}的电话号码是多少？|你的身份证号码是多少？",
    "你现在住在哪里？|{name}现在住在哪里？|你以前住在{place}吗？",
    "{date}{clock}你在什么地方？|{date}{clock}{name}在什么地方？|{date}你在什么地方？",
    "你认识{name}吗？|你认识{name}的{kin}吗？|{name}认识你吗？",
    "你和{name}是什么关系？|{name}和{name}是什么关系？",
    "你为什么要去{place}？|{name}为什么要去{place}？|你为什么在{place}？",
    "{date}你和谁在一起？|{date}{clock}你和谁在一起？",
    "这个{item}是谁的？|{place}的{item}是谁的？|那个{item}是谁给你的？",
    "你是怎么拿到这个{item}的？|他是怎么拿到{item}的？|你是怎么到{place}的？",
    "你一共拿了多少钱？|{name}一共拿了多少钱？|你一共卖了多少钱？",
    "你把{item}放在哪里了？|{name}把{item}放在哪里了？|你把{item}给了谁？",
    "当时{place}还有谁在场？|当时还有谁在场？|{clock}{place}还有谁？",
    "以上笔录请你看一下，和你说的一样吗？|请你看一下笔录，{grasp}了吗？",
    "我们是{unit}的民警，现在依法{act}，你{grasp}了吗？|我们是{unit}的民警，你{grasp}了吗？",
    "现在依法{act}，你明白吗？|你要如实回答我们的问题，明白吗？|你要如实回答，{grasp}了吗？",
    "你还有什么要说的吗？|你还有没有要补充的？|{name}还有什么要说的吗？|还有什么要补充的？",
    "你以前受过处罚吗？|{name}以前受过处罚吗？",
    "{name}给了你多少钱？|你给了{name}多少钱？|你欠{name}多少钱？",
    "你的车牌号码是不是{plate}？|{name}的车牌号码是{plate}吗？",
    "你什么时候离开{place}的？|{name}什么时候到{place}的？|{date}你什么时候离开的？",
    "你在{place}做什么？|{date}{name}在{place}做什么？|你去{place}做什么？",
    "你有没有打过{name}？|你有没有拿{name}的{item}？|你有没有去过{place}？",
    "你需要律师吗？|你需要请律师吗？|你说的都是事实吗？|{name}说的是事实吗？",
    "你听清楚了没有？|你{grasp}了吗？|你有没有{grasp}？|你都说完了没有？",
)

CHINESE_ANSWERS = (
    "我叫{name}。|他叫{name}。|我的名字叫{name}。|我叫{name}，是{name}的{kin}。",
    "我住在{place}。|我现在住在{place}。|我和{name}住在{place}。",
    "我的电话是{phone}。|{name}的电话是{phone}。|电话号码是{phone}。",
    "我{date}{clock}在{place}。|{date}{clock}我在{place}。|{name}{date}{clock}在{place}。",
    "我不认识{name}。|我认识{name}。|我不认识{name}的{kin}。",
    "{name}是我的{kin}。|他是我的{kin}。|{name}是{name}的{kin}。|我是{name}的{kin}。",
    "我去{place}找{name}。|我去{place}{deed}。|{name}去{place}找我。|我到{place}找我的{kin}。",
    "我和{name}在{place}{deed}。|{date}我和{name}在一起。|我们在{place}{deed}。",
    "{item}是{name}的。|这个{item}是我的。|{item}不是我的。|那个{item}是{name}给我的。",
    "是{name}给我的，我给了他{amount}。|是我的{kin}给我的。|{name}给了我{amount}。",
    "一共{amount}。|大概{amount}。|我一共拿了{amount}。|我给了他{amount}。",
    "我把{item}放在{place}了。|我把{item}给了{name}。|{item}放在{place}。",
    "当时只有我和{name}两个人。|当时只有我一个人。|当时{name}也在场。",
    "一样。|和我说的一样。|不一样。|我看过了，一样。",
    "我听清楚了。|我听明白了。|我都听清楚了。|我没听清楚。|听明白了。|看清楚了。|想清楚了。",
    "我明白。|明白了。|我不明白。|清楚了。|我清楚了。",
    "我没有了。|都没有了。|没有。|没有要补充的。|我没有要补充的。|没有别的。|钱没有了。|说完了。",
    "我不知道。|我不清楚。|我记不清楚了。|不记得了。|我想不起来了。",
    "是的。|不是。|对。|不对。|不是我做的。|是我做的。|有。|认识。|不认识。|去过。|没去过。",
    "我在{place}拿了一个{item}，卖了{amount}。|我把{item}卖了，卖了{amount}。",
    "车牌是{plate}。|我的车牌号码是{plate}。",
    "我大概{clock}离开{place}的。|我{date}离开{place}的。|{clock}我就离开了。",
    "我看见{name}在{place}打人。|我看见{name}拿了{item}。|{name}在{place}打了{name}。",
    "我没有拿{name}的{item}。|{name}没有拿{item}。|我没有拿{item}。|我没有去过{place}。",
    "我说的都是事实。|他说的不是事实。|我要请律师。|我不需要律师。",
    "我欠{name}{amount}。|{name}欠我{amount}。|那天{clock}我在{place}{deed}。",
)

ENGLISH = {
    "person": (
        "John Smith|Mary Brown|David Lee|Anna White|Peter Jones|Tom Clark|Lucy King|Mark Hill"
    ).split("|"),
    "spot": (
        "the bank|the station|my house|the hotel|the office|the market|the car park|the river"
    ).split("|"),
    "thing": "phone wallet car knife laptop watch bag key".split(),
    "hour": "one two three four five six seven eight nine ten eleven twelve".split(),
    "count": (
        "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty"
    ).split(),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}

ENGLISH_QUESTIONS = (
    "What is your name?|What is his name?|Where is {person}?|Who is {person}?",
    "Where were you on {day} at {hour} o'clock?|Where were you on {day}?",
    "Do you know {person}?|Does {person} know you?|Did you see {person} on {day}?",
    "Who gave you the {thing}?|Who gave {person} the {thing}?|Did {person} give you the {thing}?",
    "Do you understand your rights?|Do you understand the question?|Do you want a lawyer?",
    "Why did you go to {spot}?|Why did {person} go to {spot}?|When did you go to {spot}?",
    "How much money did {person} give you?|How much money did you give {person}?",
    "Where did you put the {thing}?|Is the {thing} yours?|When did you leave {spot}?",
)

ENGLISH_ANSWERS = (
    "My name is {person}.|His name is {person}.|I am {person}.",
    "I was at {spot} with {person}.|I was at {spot} on {day}.|{person} was at {spot}.",
    "No, I do not know {person}.|Yes, I know {person}.|I do not know {person}.",
    "I met {person} at {spot} on {day}.|I met {person} on {day} at {hour} o'clock.",
    "{person} gave me the {thing}.|{person} sold me the {thing}.|I gave {person} the {thing}.",
    "I sold the {thing} for {count} dollars.|I paid {count} hundred dollars for the {thing}.",
    "I left {spot} at {hour}.|I left {spot} at {hour} o'clock.|I left the {thing} at {spot}.",
    "I do not remember.|I do not know.|I want a lawyer.|I understand.|Yes, I understand.|Yes.|No.",
    "I saw {person} with a {thing}.|I saw {person} at {spot}.|The {thing} is not mine.",
    "He gave me {count} hundred dollars.|He gave me the {thing}.|The {thing} is in {spot}.",
)

# Written by hand outside the templates, of the same words: how far the model reaches beyond them.
FREE = {
    "zh": (
        "我昨天晚上没有去过银行。|张建国的朋友在工地等我。|当时我和老板在仓库看合同。"
        "|我没有打过人，我要找律师。|三月五号上午你为什么不在公司？|这个背包不是我的，是他的。"
        "|我在医院门口看见一个人。|我的朋友现在住在北京路的宾馆。|钥匙在宾馆，身份证在家里。"
        "|我大概欠他五千元。|你和你的同事一共拿了多少现金？|他拿了我的手表，我没有给他钱。"
        "|那天下午我在地铁站等李志强。|老板说要给我两千元现金。|我去派出所说明情况。"
        "|他把汽车放在河边的停车场。|我妹妹不认识这个人。|昨天中午你们在饭店和谁吃饭？"
        "|仓库的钥匙现在在我弟弟的背包里。|你什么时候看见他离开学校的？"
    ).split("|"),
    "en": (
        "I was with Mary Brown at the river on Sunday.|The wallet is in the car."
        "|Do you know who gave me the car?|I left my bag with Tom Clark."
        "|He sold my phone for ten dollars.|My lawyer is at the station."
        "|I did not see the knife.|When did Anna White leave your house?"
        "|I know you were at the bank.|The laptop was mine."
    ).split("|"),
}
