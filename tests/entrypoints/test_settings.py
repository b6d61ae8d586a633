"""Settings: each has a default and a sentence, and nobody else reads the environment."""

from __future__ import annotations

import ast
import stat
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from simpul.entrypoints import settings
from simpul.entrypoints.settings import BadSetting, Settings

PACKAGES = Path(settings.__file__).resolve().parents[2]


def test_every_setting_has_a_default_and_one_sentence() -> None:
    for spec in fields(Settings):
        sentence = spec.metadata["sentence"]
        assert spec.default is not MISSING, spec.name
        assert sentence.endswith("."), spec.name
        assert sentence[0].isupper(), spec.name


def test_defaults_hold_where_the_environment_says_nothing() -> None:
    assert settings.read({}) == Settings()


def test_values_are_read_from_variables_of_the_same_name() -> None:
    given = settings.read(
        {"SIMPUL_DATA": "/srv/simpul", "SIMPUL_WEB_PORT": "8080", "SIMPUL_DEBUG": "yes"}
    )
    assert given.data == Path("/srv/simpul")
    assert given.office_db == Path("/srv/simpul/office.db")
    assert (given.web_port, given.debug) == (8080, True)


@pytest.mark.parametrize(
    ("name", "text"), [("SIMPUL_WEB_PORT", "eighty"), ("SIMPUL_DEBUG", "perhaps")]
)
def test_a_value_that_cannot_be_used_names_its_variable(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=name):
        settings.read({name: text})


def test_a_child_gets_the_same_settings() -> None:
    chosen = Settings(data=Path("/srv/simpul"), broker_port=2026, debug=True, region="19.71")
    assert settings.read(settings.child_environment(chosen)) == chosen


def test_what_is_chosen_holds_for_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMPUL_WEB_PORT", "8001")
    assert settings.choose(web_port=8123).web_port == 8123
    assert settings.read().web_port == 8123


def test_only_known_settings_can_be_chosen() -> None:
    with pytest.raises(BadSetting, match="colour"):
        settings.choose(colour="red")


def test_the_broker_is_reached_where_it_listens_unless_told_otherwise() -> None:
    assert Settings(broker_port=2026).broker_address == "http://127.0.0.1:2026"
    assert Settings(broker_url="http://broker.lan").broker_address == "http://broker.lan"


def test_the_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    given = Settings(data=tmp_path / "fresh")
    first = settings.secret(given)
    assert len(first) == 32
    assert settings.secret(given) == first
    assert stat.S_IMODE(given.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(given.data.stat().st_mode) == 0o700


def reads_environment(path: Path) -> bool:
    """Whether a module looks at the environment's variables by any of the usual ways."""
    names = {"environ", "environb", "getenv", "putenv"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.alias) and node.name in names)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )


def test_no_other_module_reads_the_environment() -> None:
    found = [path for path in PACKAGES.rglob("*.py") if reads_environment(path)]
    assert found == [Path(settings.__file__).resolve()]
