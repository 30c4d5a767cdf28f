"""What is wrong with the mirror of a platform, in words: what stopped the refresh, what it left out, who is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.vos3000.schema.base import NOTHING, Text

#: As many things that were left out are told one by one.
MOST_TOLD = 5


def problem_of(stopped: Text, left_out: Mapping[str, Mapping[str, str]], missing: Sequence[str]) -> Text:
    """Return all of it as one text; empty where nothing is wrong. ``left_out`` holds ``en`` and ``zh`` by what was left out."""
    # No database promises to keep the order of what it holds as JSON.
    told = [Text(words["en"], words["zh"]) for _name, words in sorted(left_out.items())[:MOST_TOLD]]
    texts = [each for each in (stopped, *told, _others(len(left_out) - MOST_TOLD), _missing(len(missing))) if each.en]
    return Text(" ".join(each.en for each in texts), "".join(each.zh for each in texts))


def _others(count: int) -> Text:
    return Text(f"{count} more could not be read.", f"另有 {count} 项同样未能读取。") if count > 0 else NOTHING


def _missing(count: int) -> Text:
    if not count:
        return NOTHING
    return Text(
        "1 known account is missing from the softswitch's list; it is kept until a later list lacks it too."
        if count == 1
        else f"{count} known accounts are missing from the softswitch's list; they are kept until a later list lacks them too.",
        f"软交换的列表缺少 {count} 个已知账户；在之后的列表同样缺少它们之前予以保留。",
    )
