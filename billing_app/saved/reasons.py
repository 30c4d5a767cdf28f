"""Why a report was not sent to somebody, by the name that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.vos3000.schema.base import Text

NO_ADDRESS, INACTIVE, NOT_THEIRS, STOPPED, NO_LINK, NOT_MADE, REFUSED, GIVEN_UP = (
    "no-address",
    "inactive",
    "not-theirs",
    "stopped",
    "no-link",
    "not-made",
    "refused",
    "given-up",
)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        NO_ADDRESS: Text("They have no e-mail address.", "此人没有电子邮件地址。"),
        INACTIVE: Text("They are deactivated.", "此人已停用。"),
        NOT_THEIRS: Text("Their role or their accounts do not allow this report.", "其角色或账户不允许查看此报表。"),
        STOPPED: Text("They do not want it any more.", "此人不再接收。"),
        NO_LINK: Text(
            "The portal does not know its own address (PORTAL_URL), so a mail could carry no link.",
            "门户不知道自己的地址（PORTAL_URL），邮件无法包含链接。",
        ),
        NOT_MADE: Text("The report could not be made.", "报表未能生成。"),
        REFUSED: Text("The mail server does not take mail for their address.", "邮件服务器不接受发往其地址的邮件。"),
        GIVEN_UP: Text(
            "The mail server took no mail for a day. The file is there, in their jobs.",
            "邮件服务器一天内未接收邮件。文件已生成，可在其任务中查看。",
        ),
    }
)
