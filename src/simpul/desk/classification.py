"""Classifications that ship with the product: ``categories/*.yaml`` into the Category table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from simpul.desk.models import Category

FOLDER = Path(__file__).parent / "categories"
GMSC_2017 = "gmsc-2017"


@transaction.atomic
def import_dimensions(tree: str = GMSC_2017) -> int:
    """Write the dimensions and sub-dimensions of one classification; returns how many there are.

    Saying it again changes names and order only; a category is never removed.
    """
    source: dict[str, Any] = yaml.safe_load((FOLDER / f"{tree}.yaml").read_text("utf-8"))
    order = 0
    for dimension in source["dimensions"]:
        order += 1
        parent = _write(source["tree"], dimension["key"], dimension, order, None)
        for sub in dimension["sub"]:
            order += 1
            _write(source["tree"], f"{dimension['key']}.{sub['key']}", sub, order, parent)
    return order


def _write(
    tree: str, key: str, told: dict[str, Any], order: int, parent: Category | None
) -> Category:
    aim = told.get("aim", {})
    category, _made = Category.objects.update_or_create(
        tree=tree,
        key=key,
        defaults={
            "parent": parent,
            "order": order,
            "name_id": told["id"],
            "name_en": told["en"],
            "official_name": told.get("official", ""),
            "aim_id": aim.get("id", ""),
            "aim_en": aim.get("en", ""),
            "mark": str(told.get("mark", "")),
        },
    )
    return category
