"""Every setting of an installation, with its default and one sentence.

Each field is read from the environment variable ``SIMPUL_<FIELD>``. This module is the only one
that reads the environment: rooms receive values.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from simpul.connectors.mqtt.config import BadMqtt, MqttOptions, read_options
from simpul.kernel.errors import BadInput


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


class BadSetting(BadInput):
    """A setting has a value that cannot be used."""

    problem = "bad-setting"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation can choose."""

    data: Path = _setting(  # noqa: RUF009 - it is a dataclass field
        Path("var"), "Folder that holds the databases, files and keys."
    )
    web_host: str = _setting("127.0.0.1", "Address the web process listens on.")
    web_port: int = _setting(8000, "Port the web process listens on.")
    broker_host: str = _setting("127.0.0.1", "Address the broker process listens on.")
    broker_port: int = _setting(1026, "Port the broker process listens on.")
    public_url: str = _setting(
        "http://localhost:8000", "Address under which people reach the pages; QR codes carry it."
    )
    stream_url: str = _setting(
        "http://localhost:1026", "Address under which browsers reach the broker's event stream."
    )
    broker_url: str = _setting(
        "", "Address under which web and worker reach the broker; empty means its host and port."
    )
    allowed_hosts: str = _setting(
        "localhost,127.0.0.1,[::1]", "Host names the pages answer to, separated by commas."
    )
    region: str = _setting(
        "", "Code of the region that a request to the broker without NGSILD-Tenant is meant for."
    )
    language: str = _setting("id", "Language of the pages until a visitor chooses: id or en.")
    live_interval_s: int = _setting(
        60, "Seconds that must lie between two provisional runs of one indicator."
    )
    seal_after_h: int = _setting(
        0,
        "Hours after its end (UTC) when a day's readings are sealed into a file, at least 24; what "
        "comes later rests as long; 0 seals nothing.",
    )
    worker_pause_ms: int = _setting(
        500, "Milliseconds the worker rests when it found nothing to do."
    )
    temporal_page: int = _setting(
        30, "Most instances of one attribute in one answer about the past (NGSI-LD temporal)."
    )
    event_cap: int = _setting(
        1_000_000, "Events kept per region even where a follower has not seen them."
    )
    commit_inline: bool = _setting(
        False, "Let the broker wait for the disk itself; quicker where the disk answers at once."
    )
    mqtt_host: str = _setting(
        "", "Name or address of the MQTT broker that feeds come by; empty means none."
    )
    mqtt_port: int = _setting(1883, "Port of the MQTT broker; with TLS usually 8883.")
    mqtt_user: str = _setting("", "Name under which Simpul signs in at the MQTT broker.")
    mqtt_password_file: str = _setting(
        "", "File that holds the password for the MQTT broker, and nothing else."
    )
    mqtt_ca: str = _setting(
        "",
        "File of the authorities that vouch for the MQTT broker, or `system` for those of the "
        "machine; empty means no TLS.",
    )
    mqtt_client_id: str = _setting(
        "",
        "Name of Simpul's session at the MQTT broker; empty means one of this installation's own.",
    )
    mqtt_version: str = _setting("5", "Version of MQTT that is spoken: 5 or 3.1.1.")
    upload_limit_mb: int = _setting(25, "Largest file that a form accepts, in megabytes.")
    web_threads: int = _setting(4, "Blocking threads of the web process.")
    access_log: bool = _setting(False, "Write one line for every request to the pages.")
    debug: bool = _setting(False, "Show technical details on error pages; never on a server.")

    @property
    def office_db(self) -> Path:
        return self.data / "office.db"

    @property
    def data_db(self) -> Path:
        return self.data / "data.db"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def key_file(self) -> Path:
        return self.data / "secret.key"

    @property
    def static(self) -> Path:
        return self.data / "static"

    @property
    def broker_address(self) -> str:
        return self.broker_url or f"http://{self.broker_host}:{self.broker_port}"


def variable(name: str) -> str:
    """The environment variable of the setting `name`."""
    return f"SIMPUL_{name.upper()}"


def _convert(spec: Field[Any], text: str) -> Any:
    if isinstance(spec.default, bool):
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise BadSetting(f"{variable(spec.name)}={text!r} is not yes or no", field=spec.name)
        return text.lower() in {"1", "true", "yes"}
    if isinstance(spec.default, int):
        try:
            return int(text)
        except ValueError:
            raise BadSetting(
                f"{variable(spec.name)}={text!r} is not a whole number", field=spec.name
            ) from None
    return Path(text) if isinstance(spec.default, Path) else text


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        BadSetting: a value that cannot be used; the variable is named.
    """
    source = os.environ if environment is None else environment
    given = {
        spec.name: _convert(spec, source[variable(spec.name)])
        for spec in fields(Settings)
        if variable(spec.name) in source
    }
    assert all(spec.default is not MISSING for spec in fields(Settings))
    return Settings(**given)


def choose(**values: Any) -> Settings:
    """Choose settings for this process and those it starts; before Django is loaded.

    Raises:
        BadSetting: there is no such setting.
    """
    known = {spec.name for spec in fields(Settings)}
    for name, value in values.items():
        if name not in known:
            raise BadSetting(f"there is no setting {name!r}", field=name)
        os.environ[variable(name)] = str(value)
    return read()


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment for a process that shall have these settings."""
    given = dict(os.environ)
    for spec in fields(Settings):
        value = getattr(settings, spec.name)
        if value == spec.default:
            given.pop(variable(spec.name), None)
        else:
            given[variable(spec.name)] = str(value)
    return given


def name_django_settings() -> None:
    """Tell Django where its settings are, unless somebody has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "simpul.entrypoints.django_settings")


def mqtt_options(settings: Settings) -> MqttOptions | None:
    """How to reach the MQTT broker; None where there is none.

    Raises:
        BadSetting: a setting that cannot be used; the variable is named.
    """
    if not settings.mqtt_host:
        return None
    own = hashlib.sha256(b"mqtt\0" + secret(settings)).hexdigest()[:12]
    try:
        return read_options(
            host=settings.mqtt_host,
            port=settings.mqtt_port,
            client_id=settings.mqtt_client_id or f"simpul-{own}",
            user=settings.mqtt_user,
            password_file=settings.mqtt_password_file,
            ca=settings.mqtt_ca,
            version=settings.mqtt_version,
        )
    except BadMqtt as error:
        field = error.field or "mqtt_host"
        raise BadSetting(f"{variable(field)}: {error.detail}", field=field) from None


def secret(settings: Settings) -> bytes:
    """The installation's secret: 32 random bytes, made at first need, readable by its owner."""
    path = settings.key_file
    try:
        return bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        pass
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = secrets.token_bytes(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh
