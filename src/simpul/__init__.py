"""Simpul: runs a city's smart-city programme on the city's own live data."""

__version__ = "0.1.0"
