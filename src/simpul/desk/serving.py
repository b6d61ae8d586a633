"""Answers a request with a kept file: its hash as ETag, its name, and no room for surprises."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from simpul.desk import files, media
from simpul.desk.models import StoredFile

_PDF_POLICY = (
    "default-src 'none'; object-src 'self'; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)
_CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_YEAR_S = 365 * 24 * 3600


def file_response(
    request: HttpRequest, file: StoredFile, *, name: str, public: bool, lasting: bool = False
) -> HttpResponseBase:
    """The file for whoever may have it; 304 where the asker has it already.

    name: how it is saved, without ending; public: a cache may keep it; lasting: the address will
    never give another file.

    Raises:
        NoSuchFile: the disk has lost it.
    """
    etag = f'"{file.sha256}"'
    answer: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(files.content(file), content_type=file.media_type)
        answer.headers["Content-Disposition"] = _disposition(file, name)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = _caching(public=public, lasting=lasting)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    is_pdf = file.media_type == media.PDF
    answer.headers["Content-Security-Policy"] = _PDF_POLICY if is_pdf else _CLOSED_POLICY
    return answer


def _disposition(file: StoredFile, name: str) -> str:
    ending = media.ENDINGS.get(file.media_type, "bin")
    saved = f"{name.rsplit('.', 1)[0] if name.lower().endswith('.' + ending) else name}.{ending}"
    inline = file.media_type in media.SHOWN_INLINE
    return content_disposition_header(not inline, saved) or "attachment"


def _caching(*, public: bool, lasting: bool) -> str:
    if not public:
        return "private, no-store"
    return f"public, max-age={_YEAR_S}, immutable" if lasting else "public, no-cache"
