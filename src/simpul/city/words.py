"""What people call the types, attributes, reasons and kinds that feeds bring."""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from simpul.kernel.units import UNITS

_TYPES = {
    "AirQualityObserved": _("Air quality station"),
    "AirQualityMonitoring": _("Air quality station"),
    "Device": _("Device"),
    "FloodMonitoring": _("River gauge"),
    "ParkingSpot": _("Parking spot"),
    "Streetlight": _("Street light"),
    "WasteContainer": _("Waste container"),
    "WeatherForecast": _("Weather forecast"),
    "WeatherObserved": _("Weather station"),
}
_ATTRIBUTES = {
    "airQualityIndex": _("air quality index"),
    "airQualityLevel": _("air quality level"),
    "alertStatus": _("alert status"),
    "atmosphericPressure": _("air pressure"),
    "batteryLevel": _("battery level"),
    "batteryVoltage": _("battery voltage"),
    "co": _("carbon monoxide (CO)"),
    "currentLevel": _("current level"),
    "dataProvider": _("data provider"),
    "dateIssued": _("issued"),
    "dateObserved": _("observed"),
    "description": _("description"),
    "humidity": _("humidity"),
    "ispu": _("ISPU index"),
    "name": _("name"),
    "no2": _("nitrogen dioxide (NO₂)"),
    "o3": _("ozone (O₃)"),
    "pm10": _("PM10"),
    "pm25": _("PM2.5"),
    "precipitation": _("rain"),
    "precipitationProbability": _("probability of rain"),
    "rainfall": _("rain"),
    "refDevice": _("device"),
    "relativeHumidity": _("humidity"),
    "so2": _("sulphur dioxide (SO₂)"),
    "source": _("source"),
    "temperature": _("temperature"),
    "validFrom": _("valid from"),
    "validTo": _("valid to"),
    "validity": _("validity"),
    "visibility": _("visibility"),
    "waterLevel": _("water level"),
    "weatherType": _("weather"),
    "windDirection": _("wind direction"),
    "windSpeed": _("wind speed"),
}
_KINDS = {"application": _("application"), "device": _("device")}
_REASONS = {
    "missing": _("a value is missing"),
    "wrong_type": _("not the kind of value agreed"),
    "wrong_unit": _("another unit than agreed"),
    "out_of_range": _("outside the agreed range"),
    "future": _("observed in the future"),
    "too_old": _("older than agreed"),
    "no_time": _("without a time of observation"),
    "no_id": _("without the name of its entity"),
    "bad_location": _("a place that cannot be read"),
    "foreign": _("belongs to another feed"),
    "unparsable": _("cannot be read at all"),
}
_UNITS = {"DAY": _("days"), "HUR": _("hours"), "MIN": _("minutes"), "SEC": _("seconds")}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _split(name: str) -> str:
    """``waterFlowRate`` as words; what is no such name stays as it is."""
    return _HUMP.sub(" ", name.rsplit("/", 1)[-1].rsplit("#", 1)[-1])


def type_label(name: str) -> str:
    """What an entity type is called."""
    return str(_TYPES[name]) if name in _TYPES else _split(name)


def attribute_label(name: str) -> str:
    """What an attribute is called."""
    return str(_ATTRIBUTES[name]) if name in _ATTRIBUTES else _split(name).lower()


def unit_label(code: str | None) -> str:
    """How a unit is printed behind a number: its symbol, a word for times, the code if unknown."""
    if not code:
        return ""
    if code in _UNITS:
        return str(_UNITS[code])
    return UNITS[code].symbol if code in UNITS else code


def kind_label(kind: str) -> str:
    """Application or device."""
    return str(_KINDS.get(kind, kind))


def reason_label(reason: str) -> str:
    """Why a reading was refused."""
    return str(_REASONS.get(reason, reason))


def interval_label(seconds: int | None) -> str:
    """An expected interval: every 5 minutes, every hour, every 90 seconds."""
    if seconds is None:
        return gettext("no interval agreed")
    for size, one, many in (
        (86_400, gettext("every day"), gettext("every %(n)d days")),
        (3_600, gettext("every hour"), gettext("every %(n)d hours")),
        (60, gettext("every minute"), gettext("every %(n)d minutes")),
    ):
        if seconds % size == 0:
            return one if seconds == size else many % {"n": seconds // size}
    return gettext("every %(n)d seconds") % {"n": seconds}
