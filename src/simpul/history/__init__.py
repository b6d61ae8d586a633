"""What was: series, readings and their corrections, and the temporal view of an entity.

Not in here: the current state (context), calculations over readings (indicators).
"""
