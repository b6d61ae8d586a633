"""What the city is now: NGSI-LD entities, their query language, the events of their changes.

Not in here: what was (history), who sends (connectors), how it is stored (storage).
"""
