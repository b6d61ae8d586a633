"""What can be asked about evidence, documents and categories."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from simpul.desk.models import Category, Document, Evidence
from simpul.desk.permissions import may_see_document, may_see_evidence
from simpul.government.access import Walker
from simpul.kernel.ids import Urn


def evidence_of(subjects: Collection[Urn], walker: Walker) -> dict[Urn, list[Evidence]]:
    """What proves each of these subjects, as far as the walker may see it; oldest first."""
    found: dict[Urn, list[Evidence]] = {subject: [] for subject in subjects}
    rows = Evidence.objects.filter(subject__in=[str(subject) for subject in subjects])
    for row in rows.select_related("region", "original", "published"):
        if may_see_evidence(row, walker):
            found[Urn.parse(row.subject)].append(row)
    return found


def documents_of(subject: Urn, walker: Walker) -> list[Document]:
    """The documents about a subject that the walker may see; latest first."""
    rows = Document.objects.filter(subject=str(subject)).select_related("region", "file")
    return [row for row in rows if may_see_document(row, walker)]


def category(tree: str, key: str) -> Category | None:
    """One node of a classification, with its parent; None where there is none."""
    return Category.objects.filter(tree=tree, key=key).select_related("parent").first()


def categories(tree: str) -> QuerySet[Category]:
    """All nodes of a classification in their order, with their parents."""
    return Category.objects.filter(tree=tree).select_related("parent").order_by("order")


def dimensions(tree: str) -> QuerySet[Category]:
    """The top nodes of a classification in their order, with what stands below them."""
    top = Category.objects.filter(tree=tree, parent=None)
    return top.prefetch_related("children").order_by("order")
