"""What is needed to reach an MQTT broker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simpul.kernel.errors import BadInput

SYSTEM = "system"
VERSIONS = ("5", "3.1.1")


class BadMqtt(BadInput):
    """The connection to the MQTT broker is not described well."""

    problem = "bad-mqtt"


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttOptions:
    """One connection.

    client_id: the same at every start, for the broker keeps the session under it; ca: file of the
    authorities that may vouch for the broker, `SYSTEM` for those of the machine, empty for a
    connection without TLS; version: of MQTT; session_s: how long the broker shall keep the session
    while nobody is there (MQTT 5); in_flight: most messages that wait for the disk at a time.
    """

    host: str
    port: int
    client_id: str
    user: str = ""
    password: str = ""
    ca: str = ""
    version: str = "5"
    keepalive_s: int = 30
    session_s: int = 14 * 24 * 3600
    in_flight: int = 2_000
    longest_pause_s: int = 60


def read_options(
    *, host: str, port: int, client_id: str, user: str, password_file: str, ca: str, version: str
) -> MqttOptions:
    """The options that an installation's settings mean.

    Raises:
        BadMqtt: a version that is not spoken, or a file that cannot be read; `field` names it.
    """
    if version not in VERSIONS:
        raise BadMqtt(f"MQTT {version!r} is not spoken, only 5 and 3.1.1", field="mqtt_version")
    if not 0 < port < 65_536:
        raise BadMqtt(f"{port} is not a port", field="mqtt_port")
    if password_file and not user:
        raise BadMqtt("a password needs a user", field="mqtt_user")
    if ca not in {"", SYSTEM}:
        _text(ca, "mqtt_ca")
    return MqttOptions(
        host=host,
        port=port,
        client_id=client_id,
        user=user,
        password=_text(password_file, "mqtt_password_file").strip() if password_file else "",
        ca=ca,
        version=version,
    )


def _text(path: str, field: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMqtt(f"{path} cannot be read: {error}", field=field) from None
