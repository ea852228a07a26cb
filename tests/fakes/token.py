"""An officer's token: SoftHSM2 with a P-256 key and a certificate of the police's own authority."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from signing.certificates import Authority
from signing.token import TokenChoice

PIN = "135790"
LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
)


def library() -> Path:
    return next(path for path in LIBRARIES if path.exists())


class SoftToken:
    """One token in a folder of its own; `SOFTHSM2_CONF` must name `configuration`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tokens"
        self.folder.mkdir(parents=True)
        self.configuration = folder / "softhsm2.conf"
        self.configuration.write_text(f"directories.tokendir = {self.folder}\n")
        self.authority = Authority.create("公安证书中心")
        os.environ["SOFTHSM2_CONF"] = str(self.configuration)
        command = ["softhsm2-util", "--init-token", "--free", "--label", "officer"]
        subprocess.run(
            [*command, "--pin", PIN, "--so-pin", "97531"], check=True, capture_output=True
        )
        self.choice = TokenChoice(library(), "officer")

    def fill(self, *, with_certificate: bool = True) -> None:
        """Make a key inside and have it certified."""
        found = pkcs11.lib(str(library()))
        found.reinitialize()
        token = found.get_token(token_label="officer")
        with token.open(rw=True, user_pin=PIN) as session:
            parameters = session.create_domain_parameters(
                KeyType.EC,
                {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                local=True,
            )
            public, _ = parameters.generate_keypair(
                store=True, id=b"\1", label="sign", capabilities=MechanismFlag.SIGN
            )
            point = bytes(public[Attribute.EC_POINT])[2:]
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            if with_certificate:
                self._certify(session, key)

    def _certify(self, session, key: ec.EllipticCurvePublicKey) -> None:
        from datetime import UTC, datetime

        from cryptography import x509
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.x509.oid import NameOID

        from signing.certificates import template, usage

        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "陈立新 030112")])
        builder = template(
            subject, self.authority.certificate.subject, key, 365, now=datetime.now(UTC)
        )
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        ).add_extension(usage(authority=False, signer=True), critical=True)
        leaf = builder.sign(self.authority.key, SHA256())
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.ID: b"\1",
                Attribute.SUBJECT: leaf.subject.public_bytes(),
                Attribute.VALUE: leaf.public_bytes(Encoding.DER),
            }
        )
