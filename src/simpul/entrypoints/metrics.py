"""What the broker counts, as Prometheus reads it; docs/reference/broker.md lists every name."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from simpul.connectors.following import FeedFollower
from simpul.connectors.mqtt.intake import MqttIntake
from simpul.context.store import EntityReader
from simpul.context.stream import Hub

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_CLASSES = (
    ("/ngsi-ld/v1/temporal", "temporal"),
    ("/ngsi-ld/", "context"),
    ("/intake/", "intake"),
    ("/internal/", "internal"),
    ("/stream", "stream"),
)
_OWN = frozenset({"/health", "/ready", "/metrics"})


def class_of(path: str) -> str:
    """Which part of the broker a path asks; few, whatever is asked."""
    if path in _OWN:
        return "own"
    return next((name for start, name in _CLASSES if path.startswith(start)), "other")


class Metrics:
    """Everything that one broker counts since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "simpul_requests",
            "Requests answered, by part of the broker and status.",
            ["part", "status"],
            registry=self._registry,
        )
        self._commits = Histogram(
            "simpul_commit_seconds",
            "How long a group took from its first write until it was on disk.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._sizes = Histogram(
            "simpul_commit_writes",
            "Writes that shared one commit.",
            buckets=SIZES,
            registry=self._registry,
        )
        self._failed = Counter(
            "simpul_commits_failed",
            "Groups that could not be written to disk.",
            registry=self._registry,
        )

    def watch(
        self, entities: EntityReader, follower: FeedFollower, hub: Hub, mqtt: MqttIntake | None
    ) -> None:
        """Ask these whenever somebody looks."""
        self._registry.register(_Standing(entities, follower, hub, mqtt))

    def answered(self, path: str, status: int) -> None:
        """A request was answered."""
        self._requests.labels(class_of(path), str(status)).inc()

    def committed(self, writes: int, seconds: float, good: bool) -> None:
        """A group was written, or could not be."""
        if not good:
            self._failed.inc()
            return
        self._commits.observe(seconds)
        self._sizes.observe(writes)

    def as_text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """What is read off where it stands."""

    def __init__(
        self, entities: EntityReader, follower: FeedFollower, hub: Hub, mqtt: MqttIntake | None
    ) -> None:
        self._entities = entities
        self._follower = follower
        self._hub = hub
        self._mqtt = mqtt

    def describe(self) -> list[Metric]:
        """Nothing beforehand: names are not looked for before there is a store."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._regions()
        yield from self._feeds()
        yield GaugeMetricFamily(
            "simpul_stream_listeners", "Pages that listen.", value=self._hub.listeners
        )
        if self._mqtt is not None:
            yield from self._messages(self._mqtt)

    def _regions(self) -> Iterator[Metric]:
        events = CounterMetricFamily("simpul_events", "Changes of a region.", labels=["region"])
        lag = GaugeMetricFamily(
            "simpul_follower_lag",
            "Events that a follower has not seen.",
            labels=["region", "follower"],
        )
        for region in self._entities.regions():
            high = self._entities.high_water(region)
            events.add_metric([region], high)
            for name, sequence in self._entities.followers(region).items():
                lag.add_metric([region, name], high - sequence)
        return iter((events, lag))

    def _feeds(self) -> Iterator[Metric]:
        accepted = CounterMetricFamily(
            "simpul_readings", "Readings of feeds that were stored.", labels=["region"]
        )
        refused = CounterMetricFamily(
            "simpul_quarantined", "Readings of feeds that were refused.", labels=["region"]
        )
        for region, (good, bad) in self._follower.totals.items():
            accepted.add_metric([region], good)
            refused.add_metric([region], bad)
        return iter((accepted, refused))

    def _messages(self, mqtt: MqttIntake) -> Iterator[Metric]:
        messages = CounterMetricFamily(
            "simpul_mqtt_messages", "Messages by MQTT, by what became of them.", labels=["fate"]
        )
        for fate in ("kept", "again", "stray"):
            messages.add_metric([fate], getattr(mqtt.counts, fate))
        yield messages
        yield GaugeMetricFamily(
            "simpul_mqtt_waiting", "Messages that wait to be written.", value=mqtt.waiting
        )
        yield GaugeMetricFamily(
            "simpul_mqtt_connected",
            "1 while the MQTT broker is there.",
            value=int(mqtt.connection.state == "connected"),
        )
