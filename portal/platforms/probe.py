"""What a test of a connection says: a verdict in words for each way it can end."""

from __future__ import annotations

from dataclasses import dataclass

from portal.vos3000.errors import (
    AddressRefused,
    AnswerTimeout,
    BreakerOpen,
    Busy,
    ConnectFailed,
    ConnectionLost,
    NotVos,
    Refused,
    TlsFailed,
    VosError,
)
from portal.vos3000.schema.base import NOTHING, Text

# What OpenSSL says where the other side knows only protocol versions or ciphers that are no longer taken.
_OLD = ("unsupported_protocol", "unsupported protocol", "protocol_version", "protocol version", "no_protocols", "dh_key_too_small")
_OLD_TOO = ("dh key too small", "handshake_failure", "handshake failure", "legacy_renegotiation", "legacy renegotiation")
_PLAIN = ("wrong_version_number", "wrong version number", "record layer failure")
_ELSEWHERE = ("HTTP 404", "HTTP 405", "HTTP 3")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test ended: a stable name, what is the case, what to do, and whether the platform can be used."""

    key: str
    text: Text
    advice: Text
    fine: bool = False


FINE = Verdict("fine", Text("The platform answers as a VOS3000 does.", "该平台的应答符合 VOS3000。"), NOTHING, fine=True)
ADDRESS_REFUSED = Verdict("address-refused", AddressRefused.sentence, AddressRefused.advice)
WRONG_URL = Verdict(
    "wrong-url",
    Text("A web server answers, but not at this address.", "有 Web 服务器应答，但此地址不是该接口。"),
    Text("Check the scheme, the port and the path of the base URL.", "请检查基础地址的协议、端口和路径。"),
)
NOT_VOS = Verdict(
    "not-vos",
    Text("What answers does not speak as a VOS3000 does.", "应答内容不符合 VOS3000 的格式。"),
    Text("Check that the base URL leads to the softswitch's web interface.", "请确认基础地址指向软交换的 Web 接口。"),
)
TOO_SLOW = Verdict(
    "too-slow",
    Text("The platform was reached but did not answer in time.", "已连上该平台，但未在时限内应答。"),
    Text("Try again; if it stays so, raise the time-out or look at its load.", "请重试；若仍如此，请调高超时或检查其负载。"),
)
OLD_TLS = Verdict(
    "old-tls",
    Text("The platform only speaks TLS versions that are no longer safe.", "该平台只支持已不安全的旧版 TLS。"),
    Text("Allow old TLS versions for this platform, or use a tunnel.", "请为该平台允许旧版 TLS，或改用加密隧道。"),
)
CERTIFICATE = Verdict(
    "certificate",
    Text("The platform's certificate was not accepted.", "平台的证书未被接受。"),
    Text("Set its CA file or its fingerprint.", "请设置其 CA 文件或证书指纹。"),
)
UNREACHABLE = Verdict(
    "unreachable",
    Text("The platform could not be reached.", "无法连接到该平台。"),
    Text("Check the address, the network and the firewall.", "请检查地址、网络和防火墙。"),
)
RESTING = Verdict(
    "resting",
    Text("The portal is leaving this platform alone for a moment.", "门户正暂停访问该平台。"),
    Text("It failed several times or is busy. Test again within a minute.", "它连续失败或正忙，请一分钟后再测试。"),
)


_VERDICTS: tuple[tuple[type[VosError], Verdict], ...] = (
    (Refused, FINE),
    (AddressRefused, ADDRESS_REFUSED),
    (AnswerTimeout, TOO_SLOW),
    (Busy, RESTING),
    (BreakerOpen, RESTING),
    (ConnectFailed, UNREACHABLE),
    (ConnectionLost, UNREACHABLE),
)


def verdict_of(error: VosError | None) -> Verdict:
    """Return what the end of a harmless read says about a platform; a refusal in its own words is an answer too."""
    if error is None:
        return FINE
    if isinstance(error, TlsFailed):
        return _of_tls(error.detail.lower())
    if isinstance(error, NotVos) and error.detail.startswith(_ELSEWHERE):
        return WRONG_URL
    return next((verdict for kind, verdict in _VERDICTS if isinstance(error, kind)), NOT_VOS)


def _of_tls(detail: str) -> Verdict:
    if any(words in detail for words in _PLAIN):
        return WRONG_URL
    return OLD_TLS if any(words in detail for words in (*_OLD, *_OLD_TOO)) else CERTIFICATE
