"""A real Mosquitto on a free port, stopped and started as a test likes, and a sender for it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

PASSWORD = "rahasia"
BINARY = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SHIPPED = Path(__file__).parents[2] / "deploy" / "mosquitto" / "simpul.conf"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Mosquitto:
    """One broker with the shipped configuration, but for port and folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.port = free_port()
        self.folder = folder
        self.passwords = folder / "passwords"
        self.passwords.write_text("")
        self.passwords.chmod(0o600)
        for user in ("simpul", "device"):
            command = ["mosquitto_passwd", "-b", str(self.passwords), user, PASSWORD]
            subprocess.run(command, check=True, capture_output=True)
        self.configuration = folder / "mosquitto.conf"
        self.configuration.write_text(self.adapted(SHIPPED.read_text()))
        self.inner: subprocess.Popen[bytes] | None = None

    def adapted(self, text: str) -> str:
        text = text.replace("/etc/mosquitto/simpul.passwd", str(self.passwords))
        text = text.replace("listener 1883 127.0.0.1", f"listener {self.port} 127.0.0.1")
        user = "user root\n" if os.geteuid() == 0 else ""
        return f"{text}\n{user}persistence_location {self.folder}/\n"

    def start(self) -> None:
        assert BINARY is not None
        self.inner = subprocess.Popen(
            [BINARY, "-c", str(self.configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("mosquitto did not start")

    def stop(self) -> None:
        if self.inner is not None:
            self.inner.send_signal(signal.SIGTERM)
            self.inner.wait(10)
            self.inner = None

    def publish(self, messages: Iterable[tuple[str, object]], quality: int = 1) -> None:
        """Send messages as a device, and wait until the broker has them all."""
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("device", PASSWORD)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        sent = []
        for topic, payload in messages:
            body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
            sent.append(client.publish(topic, body, qos=quality))
        for each in sent:
            each.wait_for_publish(10)
        client.disconnect()
        client.loop_stop()
