"""A center is served over TLS when it has a certificate, and tells any refusal as a code."""

from __future__ import annotations

import ipaddress
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import center
from app.errors import SyncProblem
from app.sync.client import CenterClient
from app.sync.enrolment import enrol
from center.problem import CenterProblem
from signing.keys import WorkstationKeys
from tests.fakes.center import RunningCenter


def make_tls(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority; returns its PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return folder / "tls.pem"


def test_tls_is_checked_against_the_given_authority_only(tmp_path: Path) -> None:
    trust = make_tls(tmp_path)
    folder = tmp_path / "center"
    center.init(folder, "Test center")
    with (folder / "center.toml").open("a") as settings:
        settings.write(f"tls_certificate = {json.dumps(str(trust))}\n")
        settings.write(f"tls_key = {json.dumps(str(tmp_path / 'tls.key'))}\n")
    running = RunningCenter(folder)
    try:
        assert running.url.startswith("https://")
        code = center.make_code(folder)
        keys = WorkstationKeys.generate("desk-1")
        with pytest.raises(SyncProblem, match="center_unreachable"):
            enrol(running.url, code, "desk-1", "room-1", keys)
        _, keys = enrol(running.url, code, "desk-1", "room-1", keys, trust=trust)
        with closing(CenterClient(running.url, keys, trust=trust)) as client:
            assert client.ask("GET", "/v1/health").status_code == 200
    finally:
        assert running.stop() == 0


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/records/r1/receipt", 405, "method_wrong"),
        ("DELETE", "/v1/uploads/x", 405, "method_wrong"),
        ("POST", "/v1/enroll", 400, "request_malformed"),
        ("POST", "/v1/uploads", 412, "protocol_version"),
        ("GET", "/v1/log/consistency?from=0&to=0", 401, "request_unsigned"),
    ],
)
def test_a_refusal_is_a_code_and_details(
    running_center: RunningCenter, method: str, target: str, status: int, code: str
) -> None:
    answer = httpx.request(method, running_center.url + target, trust_env=False)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "details"}
    assert answer.json()["code"] == code


def test_health_tells_the_name_and_the_size_of_the_log(running_center: RunningCenter) -> None:
    _, keys = running_center.enrol()
    with closing(CenterClient(running_center.url, keys)) as client:
        head = client.ask("GET", "/v1/log/head").json()
    answer = httpx.get(running_center.url + "/v1/health", trust_env=False, timeout=60)
    assert answer.json() == {"center": "Test center", "tree_size": head["tree_size"]}


def test_a_folder_without_a_center_is_told(tmp_path: Path) -> None:
    with pytest.raises(CenterProblem, match="folder_not_a_center"):
        center.make_code(tmp_path)


def test_an_unknown_setting_is_an_error(tmp_path: Path) -> None:
    center.init(tmp_path / "center", "Test center")
    with (tmp_path / "center" / "center.toml").open("a") as settings:
        settings.write("nmae = 1\n")
    with pytest.raises(CenterProblem, match="settings_wrong"):
        center.make_code(tmp_path / "center")
