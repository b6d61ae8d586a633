"""QR codes for paper and screen; error correction M, so that a small stain does no harm."""

from __future__ import annotations

import io

import segno


def svg(text: str, *, dark: str = "#000", border: int = 0) -> str:
    """The code as an SVG element without size, style or declaration; give it a size where it
    stands. dark: any colour of SVG, also ``currentColor``; border: quiet zone in modules; paper
    around it usually is one already."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=border, dark="#000", xmldecl=False, omitsize=True, svgclass="qr"
    )
    return out.getvalue().decode().replace('stroke="#000"', f'stroke="{dark}"')


def png(text: str, *, scale: int = 8, border: int = 4) -> bytes:
    """The code as a black-and-white PNG. scale: pixels per module; border: quiet zone [modules]."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=border)
    return out.getvalue()
