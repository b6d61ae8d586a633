"""The data wing on one SQLite file: the broker process writes it, any process reads it."""
