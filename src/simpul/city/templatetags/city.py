"""Words and addresses for the city's templates: ``{% load city %}``."""

from __future__ import annotations

from django import template

from simpul.city import words
from simpul.city.attributes import short_id as _short_id
from simpul.city.attributes import urn_of
from simpul.connectors.model import Feed
from simpul.history.model import Reading
from simpul.kernel.ids import Kind, Urn

register = template.Library()


@register.filter
def attribute_label(name: str) -> str:
    """What an attribute is called."""
    return words.attribute_label(name)


@register.filter
def short_id(entity_id: str) -> str:
    """The end of an entity's URI."""
    return _short_id(entity_id)


@register.filter
def entity_address(entity_id: str, region: str) -> str:
    """Where an entity is found."""
    return urn_of(region, entity_id).address


@register.filter
def reading_address(reading: Reading, region: str) -> str:
    """Where a reading is found."""
    return reading.address.urn(region).address


@register.filter
def feed_address(feed: Feed) -> str:
    """Where a feed is found."""
    return Urn(feed.region, Kind.FEED, feed.key).address
