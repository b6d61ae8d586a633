"""Opening the data: the schema, its versions, the one writer, and what every reader can rely on."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import apsw
import pytest

from simpul.entrypoints.broker import Broker
from simpul.entrypoints.locks import InUse
from simpul.entrypoints.settings import Settings
from simpul.kernel.errors import Unavailable
from simpul.storage.sqlite.connection import NotMade, migrate, open_writer
from simpul.storage.sqlite.sql import SQL, migrations
from simpul.storage.sqlite.store import open_readers
from tests.factories_data import CITY, Wing, a_document


def schema(connection: apsw.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT type, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return sorted((kind, re.sub(r"\s+", " ", text)) for kind, text in rows)


def test_migrating_step_by_step_gives_the_schema_of_a_fresh_file(tmp_path: Path) -> None:
    fresh = open_writer(tmp_path / "fresh.db")
    stepped = apsw.Connection(str(tmp_path / "stepped.db"))
    for number, step in enumerate(migrations(), start=1):
        stepped.execute(step)
        stepped.pragma("user_version", number)
    assert schema(fresh) == schema(stepped)
    assert fresh.pragma("user_version") == len(migrations())
    migrate(fresh)
    assert schema(fresh) == schema(stepped)
    fresh.close()
    stepped.close()


def test_every_commit_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "data.db")
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == 2
    connection.close()


def test_the_region_is_the_first_column_of_every_key(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "data.db")
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'entity_place%' AND name != 'connection'"  # the installation's
        )
    ]
    for table in tables:
        columns = list(connection.execute(f"PRAGMA table_info({table})"))
        key = [column[1] for column in sorted(columns, key=lambda each: each[5]) if column[5]]
        first = "code" if table == "region" else "region"
        assert key[0] in {first, "number"}, table
        assert first in [column[1] for column in columns], table
    connection.close()


def test_every_statement_is_understood_by_the_schema(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "data.db")
    for name, text in SQL.items():
        values = dict.fromkeys(re.findall(r":(\w+)", text))
        assert list(connection.execute(f"EXPLAIN {text}", values)), name
    connection.close()


def test_data_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(Unavailable, match="later version"):
        open_writer(path)
    with pytest.raises(NotMade, match="another version"):
        open_readers(path).entities.regions()


def test_a_reader_says_when_there_is_nothing_to_read(tmp_path: Path) -> None:
    stores = open_readers(tmp_path / "data.db")
    with pytest.raises(NotMade, match="start the broker"):
        stores.entities.regions()
    Wing(tmp_path).close()
    assert stores.entities.regions() == []
    stores.close()


def test_what_is_no_database_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable):
        open_writer(path)
    with pytest.raises(Unavailable):
        open_readers(path).entities.regions()


def test_readers_serve_any_number_of_threads(wing: Wing) -> None:
    token = wing.token()
    wing.ask("POST", "/ngsi-ld/v1/entities", a_document(), token=token)
    stores = open_readers(wing.settings.data_db)
    seen: list[int] = []

    def look() -> None:
        seen.extend(len(stores.entities.entities(CITY)) for _ in range(50))
        stores.close()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 400


def test_readers_cannot_write(wing: Wing) -> None:
    with pytest.raises(apsw.ReadOnlyError):
        wing.broker.stores.readers.connection().execute("DELETE FROM entity")


def test_a_second_broker_is_refused_in_plain_words(wing: Wing) -> None:
    with pytest.raises(InUse, match="another broker works in"):
        Broker(Settings(data=wing.settings.data))


def test_a_folder_is_free_again_when_its_broker_ends(tmp_path: Path) -> None:
    Wing(tmp_path).close()
    again = Wing(tmp_path)
    assert again.entities.regions() == []
    again.close()


def test_a_broker_that_cannot_open_its_data_gives_the_folder_back(tmp_path: Path) -> None:
    (tmp_path / "data.db").write_bytes(b"not a database at all" * 100)
    for _ in range(2):
        with pytest.raises(Unavailable):
            Broker(Settings(data=tmp_path))
