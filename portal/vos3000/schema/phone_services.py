"""The value-added services of a phone: forwarding, numbers shown, tones, prompts and voice mail (manual 3.6)."""

from __future__ import annotations

from portal.vos3000.schema import media
from portal.vos3000.schema.base import Book, Format, Unit
from portal.vos3000.schema.words import Names, boolean, integer, part, rows, section, text

DAY_SECONDS = 86_400

SYSTEM_DEFAULT: Names = {-1: ("System default", "跟随系统")}
FORWARD_METHOD: Names = {0: ("One after another", "依次振铃"), 2: ("At random", "随机"), 3: ("All at once", "同时振铃")}
FORWARD_DISPLAY: Names = {0: ("System default", "跟随系统"), 1: ("Original caller", "原始主叫"), 2: ("This phone's number", "本机号码")}
REMAINING_PROMPT: Names = {
    0: ("System default", "跟随系统"),
    1: ("Money left", "报剩余金额"),
    2: ("Minutes left", "报剩余分钟数"),
    3: ("None", "不提示"),
}
GREETING: Names = {0: ("Standard", "默认"), 1: ("Own recording", "自定义")}

FORWARD_E164 = Book(
    integer(
        "forwardMethod",
        "Ring",
        "振铃方式",
        "In which order the numbers ring.",
        "各前转号码按何种次序振铃。",
        codes=FORWARD_METHOD,
        default=0,
    ),
    integer(
        "alertSecond",
        "Ring for",
        "振铃时长",
        "How long each number rings before the next one; the last is not limited by it.",
        "每个号码响铃多久后换下一个，最后一个不受此限。",
        unit=Unit.SECONDS,
        special=SYSTEM_DEFAULT,
        default=-1,
    ),
    text(
        "e164",
        "Forward to",
        "前转至",
        "Where the call goes; commas between several numbers.",
        "来电转往的号码，多个用逗号隔开。",
        format=Format.COMMA_LIST,
    ),
).all("InfoPhoneValueAddedForwardE164")

PERIOD_FORWARDING = Book(
    text(
        "weekOfDay",
        "Days",
        "星期",
        "The days of the week on which it applies (0 is Sunday); every day if left out.",
        "在一周的哪几天生效（0 为周日），不填即每天。",
        format=Format.WEEKDAYS,
        default="0,1,2,3,4,5,6",
    ),
    integer(
        "beginSecondInDay",
        "From",
        "开始时刻",
        "The time of day at which it begins.",
        "每天从何时开始生效。",
        format=Format.SECOND_OF_DAY,
        low=0,
        high=DAY_SECONDS,
        default=0,
    ),
    integer(
        "endSecondInDay",
        "To",
        "结束时刻",
        "The time of day at which it ends.",
        "每天到何时为止。",
        format=Format.SECOND_OF_DAY,
        low=0,
        high=DAY_SECONDS,
        default=DAY_SECONDS,
    ),
    part("forwardE164", "Forward to", "前转号码", FORWARD_E164, "Where calls go in this period.", "该时段内来电转往何处。"),
).all("InfoPhoneValueAddedPeriodForwarding")

INFO_PHONE_VALUE_ADDED = Book(
    section(
        "calls",
        "Calls",
        "通话",
        boolean("callerIdDisplay", "Caller ID", "来电显示", "Shows this phone who is calling.", "让本话机看到来电号码。"),
        boolean("callTransfer", "Call transfer", "呼叫转移", "Lets this phone pass a call on.", "本话机可把通话转给他人。"),
        boolean("doNotDisturb", "Do not disturb", "免打扰", "Turns calls to this phone away.", "拒绝打给本话机的来电。"),
    ),
    section(
        "forwarding",
        "Forwarding",
        "前转",
        boolean("periodForwarding", "Forward by time", "按时段前转", "Forwards calls in the periods below.", "在下列时段内转走来电。"),
        rows(
            "infoPhoneValueAddedPeriodForwardings",
            "Periods",
            "前转时段",
            PERIOD_FORWARDING,
            "When calls are forwarded, and where.",
            "何时转走来电，转到何处。",
        ),
        boolean("unconditionalForward", "Forward always", "始终前转", "Forwards every call.", "转走每一个来电。"),
        part("unconditionalForwardE164", "Always to", "始终转至", FORWARD_E164, "Where every call goes.", "全部来电的去向。"),
        boolean("noAnswerForward", "Forward on no answer", "无人接听前转", "Forwards calls that nobody takes.", "转走无人接听的来电。"),
        part("noAnswerForwardE164", "No answer: to", "无人接听转至", FORWARD_E164, "Where unanswered calls go.", "没有接起的来电的去向。"),
        boolean(
            "offlineForward",
            "Forward while offline",
            "离线前转",
            "Forwards calls while the phone is not registered.",
            "话机未注册时转走来电。",
        ),
        part(
            "offlineForwardE164",
            "Offline: to",
            "离线转至",
            FORWARD_E164,
            "Where calls go while the phone is offline.",
            "话机离线期间来电的去向。",
        ),
        boolean("busyForward", "Forward while busy", "占线前转", "Forwards calls while the phone is busy.", "话机占线时转走来电。"),
        part(
            "busyForwardE164", "Busy: to", "占线转至", FORWARD_E164, "Where calls go while the phone is busy.", "话机占线期间来电的去向。"
        ),
    ),
    section(
        "display",
        "Number shown",
        "显示号码",
        integer(
            "callForwardDisplay",
            "Shown on forwarded calls",
            "前转时显示",
            "The caller number that the forwarded-to party sees.",
            "前转后对方看到的主叫号码。",
            codes=FORWARD_DISPLAY,
        ),
        integer(
            "callTransferNormalDisplay",
            "Shown on blind transfers",
            "直接转移时显示",
            "The caller number seen after a transfer without asking.",
            "未经询问直接转出后对方看到的主叫号码。",
            codes=FORWARD_DISPLAY,
        ),
        integer(
            "callTransferAskDisplay",
            "Shown on attended transfers",
            "询问转移时显示",
            "The caller number seen after a transfer that was announced first.",
            "先询问再转出后对方看到的主叫号码。",
            codes=FORWARD_DISPLAY,
        ),
    ),
    section(
        "tones",
        "Ring-back tone and prompts",
        "彩铃与提示音",
        boolean("colorRing", "Ring-back tone", "彩铃", "Plays callers a recording while they wait.", "等待接听时向主叫播放录音。"),
        boolean(
            "remoteColorRingPassthrough",
            "Pass on remote tones",
            "透传对端彩铃",
            "Passes on ring-back tones that come from the far end.",
            "把对端送来的彩铃原样转给主叫。",
        ),
        text("colorRingName", "Tone", "彩铃名", "The name of the recording to play.", "所播放录音的名字。"),
        text("language", "Language of prompts", "提示语言", "The language in which prompts are spoken.", "播报各类语音提示时所用的语言。"),
        integer(
            "unableToConnectVoicePrompts",
            "Prompt: cannot connect",
            "未接通提示",
            "Says aloud why a call could not be connected.",
            "呼叫未能接通时以语音说明。",
            codes=media.SYSTEM_ON_OFF,
        ),
        integer(
            "callRemainingTimePrompts",
            "Prompt: what is left",
            "剩余时长提示",
            "Announces during a call how much is left.",
            "通话期间插播还剩多少。",
            codes=REMAINING_PROMPT,
        ),
        integer(
            "balanceNotEnoughAlarm",
            "Prompt: low balance",
            "余额偏低提示",
            "Warns aloud when the balance runs short.",
            "余额不够时以语音提醒。",
            codes=media.SYSTEM_ON_OFF,
        ),
    ),
    section(
        "voicemail",
        "Voice mail",
        "语音信箱",
        boolean("voiceMail", "Voice mail", "语音信箱", "Lets callers leave a message.", "主叫可以留言。"),
        boolean(
            "voiceMailCheckPassword",
            "Ask for the password",
            "进入时问密码",
            "Asks for the password before messages are played.",
            "听取留言前须输入密码。",
        ),
        integer(
            "voiceMailMaxNumber",
            "Messages kept",
            "留言条数",
            "How many messages are kept.",
            "最多留存多少条留言。",
            special=SYSTEM_DEFAULT,
        ),
        integer(
            "voiceMailExpireDay",
            "Messages kept for",
            "留言期限",
            "After how many days a message is removed.",
            "一条留言经过几天便会清除。",
            unit=Unit.DAYS,
            special=SYSTEM_DEFAULT,
        ),
        integer(
            "voiceMailAudioType",
            "Greeting",
            "信箱问候语",
            "Whether callers hear the standard greeting or an own one.",
            "主叫听到的是标准问候语还是自录问候语。",
            codes=GREETING,
        ),
    ),
).all("InfoPhoneValueAdded")
