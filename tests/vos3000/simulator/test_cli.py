"""The simulator as a process: its command line, TLS, and how much of it there may be."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.vos3000.simulator.asking import Asked

ARGUMENTS = ("--port", "0", "--accounts", "30", "--phones", "50", "--timezone", "Europe/Berlin", "--allow-ip", "127.0.0.1", "--no-live")


@pytest.mark.parametrize("command", [("manage.py", "simulator"), ("-m", "portal.vos3000.simulator.cli")])
def test_the_command_line_serves_until_told_to_stop(command: tuple[str, ...]) -> None:
    whole = [sys.executable, *command, *ARGUMENTS]
    with subprocess.Popen(whole, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        answer = httpx.post(f"{url}/external/server/GetAllCustomers", content="{}").json()
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert len(answer["accounts"]) == 30


def self_signed(folder: Path) -> tuple[str, str]:
    """Write a certificate for 127.0.0.1 and its key, and return their paths."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "certificate.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)
    return str(folder / "certificate.pem"), str(folder / "key.pem")


def test_it_speaks_https(simulators: Callable[..., Asked], tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    url = simulators(tls_certificate=certificate, tls_key=key).simulator.url
    assert url.startswith("https://")
    trusted = ssl.create_default_context(cafile=certificate)
    assert httpx.post(f"{url}/external/server/GetSoftSwitch", content="{}", verify=trusted).json()["retCode"] == 0
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{url}/external/server/GetSoftSwitch", content="{}")
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{url.replace('https', 'http')}/external/server/GetSoftSwitch", content="{}")


_LARGE = """
import time
from portal.vos3000.simulator import Options
from portal.vos3000.simulator.seed import seeded_state
begun = time.process_time()
state = seeded_state(Options(accounts=100_000, phones=200_000, gateways=200, cdrs_per_day=300_000))
print(len(state.accounts), len(state.phones), time.process_time() - begun)
# The highest that this program had: rusage would tell that of whoever started it, too.
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_a_hundred_thousand_accounts_fit() -> None:
    command = [sys.executable, "-c", _LARGE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    accounts, phones, seconds, mebibytes = done.stdout.split()
    assert (int(accounts), int(phones)) == (100_000, 200_000)
    assert float(seconds) < 10
    assert int(mebibytes) < 1024
