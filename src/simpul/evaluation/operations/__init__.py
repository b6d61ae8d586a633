"""What can be done in evaluation: import, open, look for proof, score, close.

Who may do it is asked before, at the doors in `permissions`; `by` only says who did it.
"""

from __future__ import annotations

from simpul.evaluation.operations.evaluations import (
    advance,
    close_evaluation,
    open_evaluation,
)
from simpul.evaluation.operations.instruments import (
    import_instrument,
    import_instruments,
    publish_instrument,
)
from simpul.evaluation.operations.proofs import (
    Refreshed,
    add_query,
    refresh_all,
    refresh_proposals,
    retire_query,
)
from simpul.evaluation.operations.results import import_published_results
from simpul.evaluation.operations.scores import accept_proposal, score_item

__all__ = [
    "Refreshed",
    "accept_proposal",
    "add_query",
    "advance",
    "close_evaluation",
    "import_instrument",
    "import_instruments",
    "import_published_results",
    "open_evaluation",
    "publish_instrument",
    "refresh_all",
    "refresh_proposals",
    "retire_query",
    "score_item",
]
