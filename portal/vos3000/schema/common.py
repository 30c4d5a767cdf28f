"""Fields and answers that every domain shares."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Field, Struct
from portal.vos3000.schema.words import Names, integer, text

ANSWER = Book(
    integer("retCode", "Return code", "返回码", "0 means the softswitch did it.", "0 表示软交换已执行。"),
    text("exception", "Reason", "原因", "The softswitch's own sentence when it refused.", "软交换拒绝时给出的原文。"),
)

OK = ANSWER.pick("Answer", "retCode! exception")

# The manual contradicts itself on 4 (see misprints), so the number is always shown beside the name and read back.
CALL_LEVEL: Names = {
    1: ("On-net calls only", "仅网内通话"),
    2: ("Local calls", "本地市话"),
    4: ("Domestic long distance (the manual also prints 4 for international)", "国内长途（手册另有一处将 4 印作国际）"),
    5: ("International calls", "国际长途"),
}
LOCKED_OR_NOT: Names = {0: ("Not locked", "未锁定"), 1: ("Locked", "锁定")}

MEMO = text("memo", "Memo", "备注", "A note of your own; the softswitch does nothing with it.", "自用备注，软交换不作处理。")


def answer(name: str, *extra: Field) -> Struct:
    """Return the shape of an answer: return code, reason and what it gives beside them."""
    return Struct(name, (*OK.fields, *extra), OK.sections)
