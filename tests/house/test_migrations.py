"""The tables that migrations make are those that the models describe."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from simpul.entrypoints import installation
from simpul.entrypoints.settings import Settings


@pytest.mark.django_db
def test_no_model_waits_for_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.django_db
def test_migrating_from_nothing_makes_every_table_and_column() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    models = executor.loader.project_state().apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in models:
            assert model._meta.db_table in tables
            described = connection.introspection.get_table_description(cursor, model._meta.db_table)
            columns = {field.column for field in model._meta.local_concrete_fields}
            assert columns == {column.name for column in described}


@pytest.mark.django_db
def test_a_migrated_office_waits_for_nothing() -> None:
    assert [step for step in installation.waiting(Settings()) if not step.startswith("data")] == []
