"""Shows how far the setting-up has come: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

WIDTH = 28


class Bar:
    """Some work in stages of known weight."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._done = 0.0
        self._weight = 0.0
        self._text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._out.write("\n")

    def stage(self, text: str, weight: float) -> None:
        """Begin the next stage. weight: its share of the whole, in hundredths."""
        self._done += self._weight
        self._weight, self._text = weight, text
        if self._live:
            self.within(0.0)
        else:
            self._out.write(f"{self._done:3.0f} %  {text}\n")
            self._out.flush()

    def within(self, share: float) -> None:
        """How much of the present stage is done, from 0 to 1."""
        if not self._live:
            return
        percent = self._done + self._weight * share
        full = round(WIDTH * percent / 100)
        bar = "█" * full + "░" * (WIDTH - full)
        self._out.write(f"\r{bar} {percent:3.0f} %  {self._text:<52}")
        self._out.flush()
