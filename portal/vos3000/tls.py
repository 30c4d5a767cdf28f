"""How a softswitch's certificate is judged, before a byte of a request is sent."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ssl
from collections.abc import Iterator
from functools import cache

import certifi

from portal.vos3000.endpoint import Endpoint, Tls

# Named by the ssl module from Python 3.12 on.
OP_LEGACY_SERVER_CONNECT = 0x4
# The ciphers of Java 6, which today's security level 1 and above leave out.
OLD_CIPHERS = "ALL:!aNULL:!eNULL:@SECLEVEL=0"

_LONG_FORM = 0x80
_VERSION_TAG = 0xA0
_FIELDS_BEFORE_KEY = 5


class PinMismatch(ssl.SSLError):
    """The certificate is not the pinned one."""


def context_for(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the TLS settings of a platform; raises ``ValueError`` where its CA or its pin cannot be read."""
    context = _context(endpoint)
    if endpoint.tls is Tls.PIN:
        context.sslsocket_class = _pinned_socket(pin_bytes(endpoint.pin_sha256))
    if endpoint.old_tls:
        # Down to TLS 1.0: SSL 3 stays switched off by its own option.
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.options |= OP_LEGACY_SERVER_CONNECT | ssl.OP_NO_SSLv3
        context.set_ciphers(OLD_CIPHERS)
    return context


def pin_bytes(pin: str) -> bytes:
    """Return the 32 bytes of a SHA-256 given as hexadecimal (colons allowed) or base64 (``sha256/`` in front allowed)."""
    plain = pin.strip().removeprefix("sha256/").replace(":", "").replace(" ", "")
    try:
        digest = bytes.fromhex(plain) if len(plain) == 2 * hashlib.sha256().digest_size else base64.b64decode(plain, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ValueError("the pin is neither hexadecimal nor base64") from error
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError("the pin is not a SHA-256")
    return digest


def fingerprints(certificate: bytes) -> tuple[bytes, bytes]:
    """Return the SHA-256 of a DER certificate and of its public key."""
    return hashlib.sha256(certificate).digest(), hashlib.sha256(_public_key(certificate)).digest()


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    if endpoint.tls is Tls.VERIFY:
        return ssl.create_default_context(cafile=certifi.where())
    if endpoint.tls is Tls.CA:
        return ssl.create_default_context(cadata=endpoint.ca_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@cache
def _pinned_socket(pin: bytes) -> type[ssl.SSLSocket]:
    class PinnedSocket(ssl.SSLSocket):
        """A socket whose handshake fails unless the certificate, or its key, has the pinned SHA-256."""

        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of the ssl module
            super().do_handshake(block)
            certificate = self.getpeercert(binary_form=True)
            if certificate is None or pin not in fingerprints(certificate):
                raise PinMismatch("the certificate is not the pinned one")

    return PinnedSocket


def _public_key(certificate: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a DER certificate (RFC 5280, 4.1), or nothing where it cannot be found."""
    try:
        body = next(_parts(next(_parts(certificate))[1]))[1]
        parts = [whole for whole, _ in _parts(body)]
    except (StopIteration, IndexError):
        return b""
    if parts and parts[0][0] == _VERSION_TAG:
        parts = parts[1:]
    return parts[_FIELDS_BEFORE_KEY] if len(parts) > _FIELDS_BEFORE_KEY else b""


def _parts(der: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each element of a DER sequence: whole, and its content alone."""
    at = 0
    while at < len(der):
        length, start = der[at + 1], at + 2
        if length & _LONG_FORM:
            digits = length ^ _LONG_FORM
            length, start = int.from_bytes(der[start : start + digits]), start + digits
        yield der[at : start + length], der[start : start + length]
        at = start + length
