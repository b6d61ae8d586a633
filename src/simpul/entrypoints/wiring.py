"""Joins the rooms: who offers knots, navigation, panels, search; which store serves which port."""

from __future__ import annotations


def join() -> None:
    """Called once per process, when every room is loaded. Idempotent."""
