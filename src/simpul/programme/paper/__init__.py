"""What the papers of the programme say; how a paper is made and signed is `desk.papers`' matter."""

from simpul.programme.paper.commitment import (
    field_name,
    fingerprint,
    text_of,
    typeset_commitment,
)

__all__ = ["field_name", "fingerprint", "text_of", "typeset_commitment"]
