"""Signatures in papers: fields, signing (PAdES B-B), and what a verifier finds.

Several people sign one paper one after the other, each in a field of their own and as an
incremental update, so that every earlier signature still covers what its signer saw.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import (
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from simpul.desk.papers.errors import (
    FieldSigned,
    NoSuchField,
    UnreadablePaper,
    WrongPassphrase,
)
from simpul.desk.papers.typeset import Area, typeset

STAMP = Path(__file__).with_name("stamp.typ")
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MIN, margins=Margins(0, 0, 0, 0)
)


class Problem(StrEnum):
    """Why a signature does not hold."""

    TAMPERED = "tampered"
    CHANGED = "changed"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What a verifier finds out about one signature.

    signer, organisation, post: as the certificate names them; signed_at: as the signer's machine
    said it; intact: what was signed has not been altered; trusted: the certificate comes from an
    authority that the verifier trusts; covers_whole_document: nothing was added afterwards, or
    only further signatures; issuer: name of the authority; serial: of the certificate; problem:
    the first reason why the signature does not hold, None where it does.
    """

    field: str
    signer: str
    organisation: str
    post: str
    signed_at: datetime | None
    intact: bool
    trusted: bool
    covers_whole_document: bool
    issuer: str
    serial: str
    problem: Problem | None

    @property
    def valid(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a signature shows on the page: a few lines, the second one large (the name)."""

    lines: Sequence[str]
    title: str = "Tanda tangan elektronik"
    language: str = "id"


class Signer(Protocol):
    """Somebody, or a service, that can sign a paper: a certificate file, or the state's
    certification body behind its own interface."""

    def sign(
        self, pdf: bytes, *, field: str, stamp: Stamp, reason: str, place: str, now: datetime
    ) -> bytes:
        """The paper with a signature in `field`, as an incremental update.

        reason and place stand in the signature; now: aware.

        Raises:
            NoSuchField, FieldSigned, UnreadablePaper
        """
        ...


class _Picture(PdfContent):
    """A page of another PDF, from memory, as the picture of a stamp."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"


class _Update(IncrementalPdfFileWriter):
    """An update that leaves the paper's own metadata alone: it is what makes the paper a PDF/A,
    and when somebody signed stands in the signature."""

    def _update_meta(self) -> None:
        return


class _SignerAt(PdfSigner):
    """pyHanko's signer with a clock handed in instead of the machine's."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class CertificateSigner:
    """Signs with a key in a PKCS#12 archive or in PEM files."""

    def __init__(self, signer: SimpleSigner) -> None:
        self._signer = signer

    @classmethod
    def from_pkcs12(cls, archive: bytes, passphrase: bytes) -> CertificateSigner:
        """
        Raises:
            WrongPassphrase: or the archive is none.
        """
        try:
            return cls(SimpleSigner.load_pkcs12_data(archive, [], passphrase))
        except ValueError:
            raise WrongPassphrase(field="passphrase") from None

    @classmethod
    def from_pem(
        cls, key: bytes, certificate: bytes, passphrase: bytes | None, chain: bytes = b""
    ) -> CertificateSigner:
        """key, certificate, chain: PEM; chain: certificates between this one and its root.

        Raises:
            WrongPassphrase: or the key does not belong to the certificate.
        """
        try:
            archive = pkcs12.serialize_key_and_certificates(
                None,
                cast(Any, serialization.load_pem_private_key(key, passphrase)),
                load_pem_x509_certificate(certificate),
                load_pem_x509_certificates(chain) if chain else None,
                serialization.NoEncryption(),
            )
            return cls(SimpleSigner.load_pkcs12_data(archive, [], None))
        except (ValueError, TypeError):
            raise WrongPassphrase(field="passphrase") from None

    @property
    def name(self) -> str:
        """The common name of the certificate."""
        certificate = self._signer.signing_cert
        return _name(certificate.subject, "common_name") if certificate else ""

    def sign(
        self, pdf: bytes, *, field: str, stamp: Stamp, reason: str, place: str, now: datetime
    ) -> bytes:
        """As `Signer.sign`."""
        width, height = _size_of(pdf, field)
        picture = _Picture(_stamp(stamp, width, height, now))
        signer = _SignerAt(
            PdfSignatureMetadata(
                field_name=field,
                reason=reason,
                location=place,
                name=self.name,
                subfilter=SigSeedSubFilter.PADES,
                md_algorithm="sha256",
            ),
            signer=self._signer,
            stamp_style=StaticStampStyle(
                background=picture,
                background_layout=_FILL,
                background_opacity=1.0,
                border_width=0,
            ),
        )
        signer.moment = now
        try:
            out = signer.sign_pdf(_writer(pdf), existing_fields_only=True)
        except SigningError as error:
            raise FieldSigned(str(error), field=field) from error
        return bytes(out.getvalue())


def _stamp(stamp: Stamp, width: float, height: float, now: datetime) -> bytes:
    data = {
        "width": width,
        "height": height,
        "title": stamp.title,
        "lines": list(stamp.lines),
        "language": stamp.language,
    }
    return typeset(STAMP, data, now=now).pdf


def _reader(pdf: bytes) -> PdfFileReader:
    try:
        return PdfFileReader(io.BytesIO(pdf))
    except (PdfError, ValueError, KeyError, IndexError) as error:
        raise UnreadablePaper from error


def _writer(pdf: bytes) -> _Update:
    try:
        return _Update(io.BytesIO(pdf))
    except (PdfError, ValueError, KeyError, IndexError) as error:
        raise UnreadablePaper from error


def _fields(reader: PdfFileReader) -> dict[str, Any]:
    """The signature fields of a paper by name."""
    found = enumerate_sig_fields(reader)
    return {name: reference.get_object() for name, _value, reference in found}


def _size_of(pdf: bytes, name: str) -> tuple[float, float]:
    """Width and height [pt] of an unsigned field.

    Raises:
        NoSuchField, FieldSigned, UnreadablePaper
    """
    field = _fields(_reader(pdf)).get(name)
    if field is None:
        raise NoSuchField(field=name)
    if "/V" in field:
        raise FieldSigned(field=name)
    left, bottom, right, top = (float(each) for each in field["/Rect"])
    return right - left, top - bottom


def add_fields(pdf: bytes, areas: Iterable[Area]) -> bytes:
    """The paper with an empty signature field at each area; do this before anybody signs.

    Raises:
        UnreadablePaper
    """
    writer = _writer(pdf)
    for area in areas:
        box = (round(area.left), round(area.bottom), round(area.right), round(area.top))
        append_signature_field(
            writer, SigFieldSpec(area.name, on_page=area.page - 1, box=box, combine_annotation=True)
        )
    out = io.BytesIO()
    write: Callable[[io.BytesIO], None] = writer.write
    write(out)
    return out.getvalue()


def field_names(pdf: bytes) -> dict[str, bool]:
    """The signature fields of a paper, and whether each is signed.

    Raises:
        UnreadablePaper
    """
    return {name: "/V" in field for name, field in _fields(_reader(pdf)).items()}


def verify(
    pdf: bytes, *, trust_roots: Collection[bytes], now: datetime
) -> tuple[SignatureFacts, ...]:
    """What there is to say about every signature of a paper, in the order of signing.

    trust_roots: certificates of authorities, PEM or DER; now: when certificates must be valid.

    Raises:
        UnreadablePaper: the file is no PDF, or too broken to find its signatures.
    """
    reader = _reader(pdf)
    roots = [_certificate(root) for root in trust_roots]
    try:
        embedded = list(reader.embedded_regular_signatures)
    except (PdfError, ValueError, KeyError, IndexError) as error:
        raise UnreadablePaper from error
    return tuple(_facts(each, roots, now) for each in embedded)


def _certificate(data: bytes) -> x509.Certificate:
    """A certificate as pyHanko wants it, from PEM or DER."""
    load: Callable[[bytes], x509.Certificate] = x509.Certificate.load
    if data.lstrip().startswith(b"-----BEGIN"):
        data = load_pem_x509_certificate(data).public_bytes(serialization.Encoding.DER)
    return load(data)


def _facts(
    embedded: EmbeddedPdfSignature, roots: list[x509.Certificate], now: datetime
) -> SignatureFacts:
    """What is in the file may be anything: whatever a parser stumbles over makes the signature
    unreadable, and nothing else."""
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=now
    )
    try:
        status = validate_pdf_signature(embedded, context)
        return _told(embedded, status, now)
    except Exception:
        return _unreadable(embedded.field_name)


def _told(
    embedded: EmbeddedPdfSignature, status: PdfSignatureStatus, now: datetime
) -> SignatureFacts:
    certificate = embedded.signer_cert
    intact = status.intact and status.valid
    return SignatureFacts(
        field=embedded.field_name,
        signer=_name(certificate.subject, "common_name"),
        organisation=_name(certificate.subject, "organization_name"),
        post=_name(certificate.subject, "title"),
        signed_at=embedded.self_reported_timestamp,
        intact=intact,
        trusted=status.trusted,
        covers_whole_document=intact and _untouched(status),
        issuer=_name(certificate.issuer, "common_name"),
        serial=format(certificate.serial_number, "x"),
        problem=_problem(status, now),
    )


def _unreadable(field: str) -> SignatureFacts:
    return SignatureFacts(
        field=field,
        signer="",
        organisation="",
        post="",
        signed_at=None,
        intact=False,
        trusted=False,
        covers_whole_document=False,
        issuer="",
        serial="",
        problem=Problem.UNREADABLE,
    )


def _untouched(status: PdfSignatureStatus) -> bool:
    """Whether nothing but further signatures came after this one."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    return status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and bool(status.docmdp_ok)


def _problem(status: PdfSignatureStatus, now: datetime) -> Problem | None:
    if not (status.intact and status.valid):
        return Problem.TAMPERED
    if not _untouched(status):
        return Problem.CHANGED
    if status.trusted:
        return None
    expired = status.signing_cert.not_valid_after < now
    return Problem.EXPIRED if expired else Problem.UNTRUSTED


def _name(name: x509.Name, part: str) -> str:
    """One part of a distinguished name; empty where it has none."""
    found = name.native.get(part, "")
    return str(found[0] if isinstance(found, list) else found)
