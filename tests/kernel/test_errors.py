from __future__ import annotations

import pytest

from simpul.kernel import errors
from simpul.kernel.errors import BadInput, SimpulError

KINDS = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, SimpulError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_errors_first_sentence_is_its_title_and_default_detail(kind: type[SimpulError]) -> None:
    problem = kind().as_problem()
    assert problem["title"] == problem["detail"] == (kind.__doc__ or "").splitlines()[0]
    assert problem["status"] == kind.status
    assert problem["type"].startswith("urn:simpul:problem:")


def test_a_problem_says_which_field_and_why() -> None:
    error = BadInput("too long", field="name", errors={"name": ["too long"]}, limit=80)
    assert error.as_problem("https://example.org/") == {
        "type": "https://example.org/bad-input",
        "title": "What was sent cannot be understood.",
        "status": 400,
        "detail": "too long",
        "field": "name",
        "errors": {"name": ["too long"]},
        "limit": 80,
    }
