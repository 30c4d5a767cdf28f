"""What can go wrong between the portal and a softswitch, and what it means for a write.

Every failure is a :class:`VosError` with a sentence for the reader, an outcome, and the masked beginning of what came back
for the log. ``outcome`` is what a *write* must be taken for; a read that fails has simply not been answered.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from portal.vos3000.schema.base import Text


class Outcome(StrEnum):
    """What became of a write."""

    DONE = "done"
    REFUSED = "refused"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"


class VosError(Exception):
    """A call that did not end with ``retCode`` 0."""

    outcome: ClassVar[Outcome] = Outcome.UNKNOWN
    sentence: ClassVar[Text]
    advice: ClassVar[Text]

    def __init__(self, detail: str = "", *, raw: str = "") -> None:
        """Keep a technical ``detail`` and ``raw``, the beginning of the answer with secrets masked."""
        super().__init__(detail)
        self.detail = detail
        self.raw = raw

    @property
    def code(self) -> str:
        """The stable name of this failure, for logs, audit rows and tests."""
        return type(self).__name__


class NotSent(VosError):
    """Nothing left the portal."""

    outcome = Outcome.NOT_SENT


class InvalidRequest(NotSent):
    """The request does not fit the declaration; a fault of the portal, never of the reader."""

    sentence = Text("The portal made a request that does not fit the interface.", "门户生成的请求不符合接口定义。")
    advice = Text("Nothing was sent. Please report this.", "未发送任何内容，请反馈此问题。")


class NotOffered(NotSent):
    """The platform is known to lack this interface."""

    sentence = Text("This platform does not have this function.", "该平台没有此功能。")
    advice = Text("Nothing was sent. A newer version of the softswitch may have it.", "未发送任何内容。更新版本的软交换可能提供此功能。")


class ConnectFailed(NotSent):
    """No connection could be made (refused, no route, unknown host, TLS)."""

    sentence = Text("The platform could not be reached.", "无法连接到该平台。")
    advice = Text("Nothing was sent. Check the address, the network and the firewall.", "未发送任何内容。请检查地址、网络和防火墙。")


class TlsFailed(ConnectFailed):
    """The connection was refused on grounds of TLS (certificate, pin, protocol version)."""

    sentence = Text("The platform's certificate or TLS version was not accepted.", "平台的证书或 TLS 版本未被接受。")
    advice = Text(
        "Nothing was sent. An administrator can set a CA file or a pin, or allow old TLS versions for this platform.",
        "未发送任何内容。管理员可为该平台设置 CA 文件或证书指纹，或允许旧版 TLS。",
    )


class Busy(NotSent):
    """The platform's limit of calls at once, or its pause, did not let the call through in time."""

    sentence = Text("Too many requests are waiting for this platform.", "等待该平台处理的请求过多。")
    advice = Text("Nothing was sent. Try again in a moment.", "未发送任何内容，请稍后再试。")


class BreakerOpen(NotSent):
    """The platform failed several times in a row and is being left alone for a moment."""

    sentence = Text("The platform has failed several times and is given a rest.", "该平台连续多次失败，暂时停止请求。")
    advice = Text("Nothing was sent. The portal tries again by itself within a minute.", "未发送任何内容。门户将在一分钟内自动重试。")


class AddressRefused(VosError):
    """HTML 403: the portal's address is not on the softswitch's allow-list."""

    outcome = Outcome.REFUSED
    sentence = Text("The platform refuses this portal's address.", "该平台拒绝了本门户的地址。")
    advice = Text(
        "Add the portal's address to Web Access Control on the softswitch. Nothing was changed.",
        "请在软交换的“Web 访问控制”中加入门户的地址。未作任何更改。",
    )


class Refused(VosError):
    """The softswitch answered with a return code other than 0."""

    outcome = Outcome.REFUSED
    sentence = Text("The softswitch refused.", "软交换拒绝了请求。")
    advice = Text("Nothing was changed.", "未作任何更改。")

    def __init__(self, ret_code: int, exception: str = "", *, raw: str = "") -> None:
        """Keep the return code and the server's own sentence as is."""
        super().__init__(f"{ret_code} {exception}".strip(), raw=raw)
        self.ret_code = ret_code
        self.exception = exception


class NoClearAnswer(VosError):
    """The request left the portal and no clear answer came."""

    advice = Text("Whether it was carried out is not known. Check before doing it again.", "尚不清楚是否已执行。请先核实，再决定是否重做。")


class AnswerTimeout(NoClearAnswer):
    """Sent, and no complete answer within the limit."""

    sentence = Text("The platform did not answer in time.", "该平台未在时限内应答。")


class ConnectionLost(NoClearAnswer):
    """Sent, and the connection ended before a complete answer."""

    sentence = Text("The connection to the platform was lost.", "与该平台的连接中断。")


class EmptyAnswer(NoClearAnswer):
    """HTTP 200 with an empty body: not understood, or an inner fault."""

    sentence = Text("The platform answered with nothing.", "该平台返回了空内容。")


class ServerError(NoClearAnswer):
    """An HTTP status of 500 or above."""

    sentence = Text("The platform's web service failed.", "该平台的 Web 服务出错。")


class NotVos(NoClearAnswer):
    """Something other than a VOS3000 answered: a web page, a redirect, 404."""

    sentence = Text("What answered is not the VOS3000 interface.", "应答方不是 VOS3000 接口。")


class CutAnswer(NoClearAnswer):
    """JSON that ends early or is broken."""

    sentence = Text("The platform's answer was cut off or broken.", "该平台的应答被截断或已损坏。")


class WrongCharset(NoClearAnswer):
    """An answer that is not UTF-8."""

    sentence = Text("The platform's answer is not in UTF-8.", "该平台的应答不是 UTF-8 编码。")


class NoReturnCode(NoClearAnswer):
    """JSON without ``retCode``."""

    sentence = Text("The platform's answer has no return code.", "该平台的应答没有返回码。")


class PerhapsLate(NoClearAnswer):
    """A payment was answered with a return code that may mean "not in time": it may have been booked all the same."""

    sentence = Text("The softswitch answered that it was late; the payment may have been booked.", "软交换应答超时，付款可能已入账。")

    def __init__(self, ret_code: int, exception: str = "", *, raw: str = "") -> None:
        """Keep the return code and the server's own sentence as is."""
        super().__init__(f"{ret_code} {exception}".strip(), raw=raw)
        self.ret_code = ret_code
        self.exception = exception


class TooLarge(NoClearAnswer):
    """An answer beyond a limit in bytes; where that is one of a platform's, its name is ``setting`` and the sentence says so."""

    sentence = Text("The platform's answer is larger than the portal takes.", "该平台的应答超出门户可接受的大小。")

    def __init__(self, detail: str = "", *, raw: str = "", most: int = 0, setting: Text | None = None) -> None:
        """Keep what was too much; ``most`` bytes are allowed by ``setting``."""
        super().__init__(detail, raw=raw)
        if setting is not None:
            self.sentence = Text(  # type: ignore[misc]  # here each has its own
                f"The platform's answer is larger than the {most:,} bytes that the portal takes. Whoever administers the "
                f'portal can raise "{setting.en}" of the platform.',
                f"该平台的应答超出门户可接受的 {most:,} 字节。门户管理员可在该平台的设置中调高“{setting.zh}”。",
            )
