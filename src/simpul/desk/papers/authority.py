"""A demonstration authority: makes certificates with which the product can be tried.

It proves nothing about anybody, and says so in its own name and in every certificate. An
installation that signs for real uses certificates of a recognised body and never opens one of
these.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from simpul.desk.papers.errors import NoCertificate, WrongPassphrase
from simpul.desk.papers.signatures import CertificateSigner
from simpul.kernel.errors import BadInput

NAME = "Otoritas Demonstrasi Simpul – bukan untuk penggunaan resmi"
UNIT = "Sertifikat demonstrasi – tidak berlaku resmi"
_YEARS_OF_AUTHORITY = 10
_YEARS_OF_HOLDER = 2
_HOLDER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority of one folder. certificate: its own, PEM; what a verifier has to trust."""

    folder: Path
    certificate: bytes
    _key: rsa.RSAPrivateKey

    @classmethod
    def open(cls, folder: Path, *, passphrase: bytes, now: datetime) -> Authority:
        """The authority that lives in `folder`, made at first need.

        Raises:
            WrongPassphrase: it was made with another one.
        """
        key_file, certificate_file = folder / "authority.key", folder / "authority.pem"
        if not certificate_file.exists():
            _found(key_file, certificate_file, passphrase, now)
        try:
            key = serialization.load_pem_private_key(key_file.read_bytes(), passphrase)
        except ValueError:
            raise WrongPassphrase(field="passphrase") from None
        assert isinstance(key, rsa.RSAPrivateKey)
        return cls(folder, certificate_file.read_bytes(), key)

    def issue(
        self,
        holder: str,
        *,
        name: str,
        organisation: str,
        post: str,
        passphrase: bytes,
        now: datetime,
    ) -> Path:
        """Write a certificate and its key for `holder` (a key such as a person's) as PKCS#12,
        replacing an earlier one; returns where.

        name, organisation, post: as the certificate shows them, cut to what X.509 allows.
        """
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        own = x509.load_pem_x509_certificate(self.certificate)
        certificate = (
            _builder(_subject(name, organisation, post), now, _YEARS_OF_HOLDER)
            .issuer_name(own.subject)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        archive = pkcs12.serialize_key_and_certificates(
            holder.encode(),
            key,
            certificate,
            [own],
            serialization.BestAvailableEncryption(passphrase),
        )
        path = self._path(holder)
        _write_secret(path, archive)
        return path

    def has(self, holder: str) -> bool:
        """Whether `holder` was issued a certificate here."""
        return self._path(holder).exists()

    def signer(self, holder: str, passphrase: bytes) -> CertificateSigner:
        """
        Raises:
            NoCertificate: nothing was issued to `holder`.
            WrongPassphrase
        """
        path = self._path(holder)
        if not path.exists():
            raise NoCertificate
        return CertificateSigner.from_pkcs12(path.read_bytes(), passphrase)

    def _path(self, holder: str) -> Path:
        if not _HOLDER.fullmatch(holder):
            raise BadInput(f"{holder!r} is not a key", field="holder")
        return self.folder / "holders" / f"{holder}.p12"


def _found(key_file: Path, certificate_file: Path, passphrase: bytes, now: datetime) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simpul"),
            x509.NameAttribute(NameOID.COMMON_NAME, NAME),
        ]
    )
    certificate = (
        _builder(subject, now, _YEARS_OF_AUTHORITY)
        .issuer_name(subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_secret(
        key_file,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        ),
    )
    _write_secret(certificate_file, certificate.public_bytes(serialization.Encoding.PEM))


def _builder(subject: x509.Name, now: datetime, years: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _subject(name: str, organisation: str, post: str) -> x509.Name:
    """A distinguished name; its parts hold at most 64 characters."""
    parts = [
        (NameOID.COUNTRY_NAME, "ID"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, UNIT),
        (NameOID.TITLE, post),
        (NameOID.COMMON_NAME, name),
    ]
    return x509.Name([x509.NameAttribute(kind, text[:64]) for kind, text in parts if text])


def _usage(*, signs: bool) -> x509.KeyUsage:
    """signs: for papers; otherwise for certificates."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
