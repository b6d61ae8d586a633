"""Sealed days of history: Parquet files that describe themselves, read by in-memory DuckDB.

Which files there are stands in the manifest, beside the hot rows (`storage.sqlite`).
"""
