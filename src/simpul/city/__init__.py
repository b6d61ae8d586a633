"""The city as people look at it: entities, readings and feeds of the data wing, and the door to them.

No tables of its own: everything shown here is read through the ports of the data wing.
"""
