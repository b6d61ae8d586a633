"""The connection to the MQTT broker: input and output only, in a network thread of its own.

The session outlives the process (fixed client id, no clean start), so the broker keeps what comes
while Simpul is away. Nothing is acknowledged but by `acknowledge`; what was not is sent again.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import (
    Client,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    MQTTv5,
    MQTTv311,
)
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simpul.connectors.mqtt.config import SYSTEM, MqttOptions

CONNECTING, CONNECTED, LOST = "connecting", "connected", "lost"
MOST_RECEIVED = 65_535


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came. session: which connection it came by; again: whether the broker says
    that it may have sent it before; topic: None where it is not UTF-8."""

    topic: str | None
    payload: bytes
    number: int
    quality: int
    again: bool
    session: int


class MqttClient:
    """One connection. `heard` and `changed` are called in the network thread: with every message
    (which may be held up there, so that the broker waits), and with the state and what is wrong.
    """

    def __init__(
        self,
        options: MqttOptions,
        *,
        heard: Callable[[Message], None],
        changed: Callable[[str, str], None],
    ) -> None:
        self._options = options
        self._heard = heard
        self._changed = changed
        self._lock = threading.Lock()
        self._session = 0
        self._refused = False
        self._patterns: set[str] = set()
        self._asked: dict[int, list[str]] = {}
        self._client = self._made()

    def _made(self) -> Client:
        options = self._options
        latest = options.version == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=options.client_id,
            clean_session=None if latest else False,
            protocol=MQTTv5 if latest else MQTTv311,
            manual_ack=True,
        )
        if options.user:
            client.username_pw_set(options.user, options.password or None)
        if options.ca:
            authorities = None if options.ca == SYSTEM else options.ca
            client.tls_set_context(ssl.create_default_context(cafile=authorities))
        client.reconnect_delay_set(1, options.longest_pause_s)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_pre_connect = self._on_pre_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def start(self) -> None:
        """Begin to connect, and go on until `stop`."""
        options = self._options
        agreed: dict[str, Any] = {}
        if options.version == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = options.session_s
            properties.ReceiveMaximum = min(options.in_flight, MOST_RECEIVED)
            agreed = {"clean_start": False, "properties": properties}
        self._changed(CONNECTING, "")
        self._client.connect_async(options.host, options.port, options.keepalive_s, **agreed)
        self._client.loop_start()

    def stop(self) -> None:
        """Leave; the broker keeps the session and what comes meanwhile."""
        self._client.disconnect()
        self._client.loop_stop()

    def follow(self, patterns: Iterable[str]) -> None:
        """Be sent what comes on these topics, and on no others any more."""
        wanted = set(patterns)
        with self._lock:
            new, old = wanted - self._patterns, self._patterns - wanted
            self._patterns = wanted
        if self._client.is_connected():
            self._subscribe(new)
            if old:
                self._client.unsubscribe(sorted(old))

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that a message is kept. One that came by a connection that was lost is
        not: its number may mean another message by now, and it will come again."""
        with self._lock:
            if message.session == self._session:
                self._client.ack(message.number, message.quality)

    def _subscribe(self, patterns: Iterable[str]) -> None:
        wanted = sorted(patterns)
        if not wanted:
            return
        with self._lock:
            _, number = self._client.subscribe([(pattern, 1) for pattern in wanted])
            if number is not None:
                self._asked[number] = wanted

    def _on_pre_connect(self, client: Client, userdata: Any) -> None:
        with self._lock:
            self._session += 1

    def _on_connect(
        self,
        client: Client,
        userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refused = True
            self._changed(LOST, f"the broker refuses: {reason}")
            return
        with self._lock:
            wanted = set(self._patterns)
            self._asked.clear()
        self._subscribe(wanted)
        self._changed(CONNECTED, "")

    def _on_connect_fail(self, client: Client, userdata: Any) -> None:
        self._changed(LOST, f"{self._options.host}:{self._options.port} does not answer")

    def _on_disconnect(
        self,
        client: Client,
        userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        with self._lock:
            self._session += 1
        if not self._refused:
            self._changed(LOST, f"{reason}" if reason.is_failure else "")
        self._refused = False

    def _on_subscribe(
        self,
        client: Client,
        userdata: Any,
        number: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        with self._lock:
            asked = self._asked.pop(number, [])
        refused = [
            pattern for pattern, each in zip(asked, reasons, strict=False) if each.is_failure
        ]
        if refused:
            self._changed(CONNECTED, f"the broker does not give us {', '.join(refused)}")

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        topic: str | None = None
        with contextlib.suppress(UnicodeDecodeError):
            topic = message.topic
        self._heard(
            Message(
                topic=topic,
                payload=bytes(message.payload),
                number=message.mid,
                quality=message.qos,
                again=message.dup,
                session=self._session,
            )
        )
