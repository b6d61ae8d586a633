from __future__ import annotations

from decimal import Decimal

import pytest

from simpul.programme.progress import mean_percent, tally
from simpul.programme.status import Name


def test_an_action_without_an_accepted_update_counts_as_zero() -> None:
    assert mean_percent([Decimal(100), Decimal(40), None]) == Decimal("46.7")


def test_an_empty_group_has_no_percentage() -> None:
    assert mean_percent([]) is None
    assert tally([]).percent is None
    assert tally([]).total == 0


@pytest.mark.parametrize(
    ("percents", "mean"),
    [(["0.1", "0"], "0.1"), (["33.33", "33.33", "33.34"], "33.3"), (["100"], "100.0")],
)
def test_the_mean_is_rounded_half_up_to_one_decimal(percents: list[str], mean: str) -> None:
    assert mean_percent(Decimal(text) for text in percents) == Decimal(mean)


def test_a_tally_counts_by_status_and_leaves_out_what_was_stopped() -> None:
    group = tally(
        [
            (Name.DONE, Decimal(100)),
            (Name.LATE, Decimal(20)),
            (Name.LATE, None),
            (Name.STOPPED, Decimal(90)),
        ]
    )

    assert group.total == 4
    assert (group.count(Name.LATE), group.count(Name.DONE), group.count(Name.RUNNING)) == (2, 1, 0)
    assert group.percent == Decimal("40.0")
