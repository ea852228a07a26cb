"""A time-stamping authority: `openssl ts` behind HTTP on this machine."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.certificates import Authority, template, to_pem, usage

CONFIG = """\
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = {ess}
"""


class TimeAuthority:
    """Stamps requests in `folder`; `ask` works without a network, `serve` gives a URL."""

    def __init__(self, folder: Path, *, has_rsa_key: bool = False, ess: str = "sha256") -> None:
        self._folder = folder
        root = Authority.create("TSA root")
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
            rsa.generate_private_key(65537, 2048)
            if has_rsa_key
            else ec.generate_private_key(ec.SECP256R1())
        )
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA")])
        builder = template(
            subject,
            root.certificate.subject,
            key.public_key(),  # type: ignore[arg-type]
            30,
            now=datetime.now(UTC),
        )
        builder = builder.add_extension(usage(authority=False), critical=True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        self.root = root.certificate
        (folder / "tsa.pem").write_bytes(to_pem([builder.sign(root.key, SHA256())]))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(ess=ess))

    def ask(self, request: bytes) -> bytes:
        """The answer of `openssl ts` to a request."""
        (self._folder / "request").write_bytes(request)
        command = "openssl ts -reply -config tsa.cnf -queryfile request -out reply"
        subprocess.run(command.split(), cwd=self._folder, check=True, capture_output=True)
        return (self._folder / "reply").read_bytes()

    def serve(self) -> TimeServer:
        """An HTTP server on a free port; use it as a context."""
        return TimeServer(self)


class TimeServer:
    """The authority behind HTTP."""

    def __init__(self, authority: TimeAuthority) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority.ask(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
