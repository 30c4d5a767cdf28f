"""A certificate is judged before anything is sent."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from portal.vos3000.client import Client
from portal.vos3000.endpoint import Tls
from portal.vos3000.errors import Outcome, TlsFailed
from portal.vos3000.tls import fingerprints, pin_bytes
from tests.vos3000.support import READ, WRITE, endpoint, http, read_request

CHANGE = {"account": "a", "level": 1}


@dataclass
class Secured:
    """A softswitch behind TLS with a certificate of its own."""

    url: str
    certificate: x509.Certificate
    received: list[bytes] = field(default_factory=list)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def digest(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())

    @property
    def key_digest(self) -> bytes:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.certificate.public_key().public_bytes(serialization.Encoding.DER, spki))
        return digest.finalize()


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, days: int = 10) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "softswitch")])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=20))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


Start = Callable[..., Secured]


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Start]:
    listeners: list[socket.socket] = []

    def start(*, old: bool = False, days: int = 10, curve: bool = False) -> Secured:
        key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        made = certificate(key, days)
        file = tmp_path / "switch.pem"
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        found = Secured(f"https://127.0.0.1:{listener.getsockname()[1]}", made)
        threading.Thread(target=serve, args=(listener, context, found), daemon=True).start()
        return found

    yield start
    for listener in listeners:
        listener.close()


def serve(listener: socket.socket, context: ssl.SSLContext, found: Secured) -> None:
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(peer, server_side=True) as talk:
                if got := read_request(talk):
                    found.received.append(got)
                    talk.sendall(http(b'{"retCode":0}', "200 OK", "text/html", "Connection: close"))
        except OSError:
            continue


def reaches(found: Secured, **settings: object) -> bool:
    """Whether a write arrives; where it does not, nothing at all may have arrived."""
    try:
        Client(endpoint(found.url, **settings)).call(WRITE, CHANGE)
    except TlsFailed:
        assert found.received == []
        return False
    assert len(found.received) == 1
    return True


def test_a_self_signed_certificate_is_not_verified_unless_it_is_the_ca(secured: Start) -> None:
    found = secured()
    assert not reaches(found, tls=Tls.VERIFY)
    assert not reaches(found, tls=Tls.CA, ca_pem=secured().pem)
    assert reaches(found, tls=Tls.CA, ca_pem=found.pem)


def test_no_check_takes_anything(secured: Start) -> None:
    assert reaches(secured(days=-1), tls=Tls.NONE)


@pytest.mark.parametrize("curve", [False, True])
def test_pin_by_certificate_or_key_in_any_spelling(secured: Start, *, curve: bool) -> None:
    found = secured(curve=curve, days=-1)
    spellings = [
        found.digest.hex(),
        found.digest.hex(":").upper(),
        base64.b64encode(found.digest).decode(),
        found.key_digest.hex(),
        "sha256/" + base64.b64encode(found.key_digest).decode(),
    ]
    for pin in spellings:
        assert reaches(found, tls=Tls.PIN, pin_sha256=pin)
        found.received.clear()


def test_another_pin_sends_nothing(secured: Start) -> None:
    found = secured()
    assert not reaches(found, tls=Tls.PIN, pin_sha256=secured().digest.hex())
    assert not reaches(found, tls=Tls.PIN, pin_sha256="")
    assert not reaches(found, tls=Tls.PIN, pin_sha256="zz")
    assert not reaches(found, tls=Tls.CA, ca_pem="no certificate")


def test_a_refused_certificate_means_nothing_was_sent() -> None:
    assert TlsFailed.outcome is Outcome.NOT_SENT


def test_a_pin_holds_on_every_connection_of_the_pool(secured: Start) -> None:
    found = secured()
    client = Client(endpoint(found.url, tls=Tls.PIN, pin_sha256=found.digest.hex()))
    for _ in range(3):
        assert client.call(READ, {}).ret_code == 0
    assert len(found.received) == 3


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize("tls", [Tls.NONE, Tls.PIN])
def test_old_protocol_versions_by_switch_only(secured: Start, tls: Tls) -> None:
    found = secured(old=True)
    assert not reaches(found, tls=tls, pin_sha256=found.digest.hex())
    assert reaches(found, tls=tls, pin_sha256=found.digest.hex(), old_tls=True)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_versions_do_not_weaken_what_is_checked(secured: Start) -> None:
    found = secured(old=True)
    assert not reaches(found, tls=Tls.VERIFY, old_tls=True)
    assert not reaches(found, tls=Tls.PIN, pin_sha256="00" * 32, old_tls=True)


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x82\xff", b"\x30\x03\x30\x01\x00", b"\xff" * 64])
def test_a_broken_certificate_has_no_known_key(der: bytes) -> None:
    assert fingerprints(der)[1] == fingerprints(b"")[1]


@pytest.mark.parametrize("pin", ["", "abc", "00" * 31, "g" * 64, "sha256/AAAA"])
def test_what_is_no_pin(pin: str) -> None:
    with pytest.raises(ValueError, match="pin"):
        pin_bytes(pin)
