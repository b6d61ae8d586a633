"""Intake by MQTT: messages of any MQTT broker, acknowledged only when they are on disk.

`topics` says which feed a message is for, `client` speaks to the broker, `intake` joins both to the
one write path.
"""
