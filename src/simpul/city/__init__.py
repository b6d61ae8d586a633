"""The city as people look at it: entities, readings and feeds, and the door to change them.

No tables of its own: everything shown here is read through the ports of the data wing.
"""
