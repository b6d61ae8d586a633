"""The safe: where this installation keeps its certificates, and whom it trusts.

The wiring says where it stands. Roots that a city trusts besides the demonstration authority are
``.pem`` files in the folder ``trust`` below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simpul.desk.papers.authority import Authority


@dataclass(frozen=True, slots=True)
class Safe:
    """folder: for certificates; passphrase: of the demonstration authority's own key."""

    folder: Path
    passphrase: bytes

    def authority(self, *, now: datetime) -> Authority:
        """The demonstration authority, made at first need."""
        return Authority.open(self.folder, passphrase=self.passphrase, now=now)

    def trust_roots(self) -> list[bytes]:
        """Certificates (PEM) of the authorities whose signatures hold here."""
        own = self.folder / "authority.pem"
        others = sorted((self.folder / "trust").glob("*.pem"))
        return [path.read_bytes() for path in (own, *others) if path.exists()]


_safe: list[Safe] = []


def use(folder: Path, passphrase: bytes) -> None:
    """Called by the wiring."""
    _safe[:] = [Safe(folder, passphrase)]


def safe() -> Safe:
    """The safe of this installation."""
    return _safe[0]
