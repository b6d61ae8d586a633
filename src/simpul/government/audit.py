"""The audit trail: one row for each thing that somebody did, in the transaction that did it.

Personal data never stands in it; where a person must be told apart, a hash does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simpul.government.access import Walker
from simpul.government.models import AuditRow
from simpul.kernel.ids import Urn


def record(*, by: Walker, verb: str, subject: Urn, now: datetime, **facts: Any) -> None:
    """Write that `by` did `verb` (past tense, e.g. ``reported``) to `subject`.

    facts: JSON values that tell what changed; never names, numbers or addresses of people.
    """
    AuditRow(
        region=subject.region,
        at=now,
        account=by.account,
        post=by.posts[0] if by.posts else None,
        verb=verb,
        subject=str(subject),
        facts=facts,
    ).save()
