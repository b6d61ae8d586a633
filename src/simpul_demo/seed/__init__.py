"""Fills an empty installation with the demo city, through the rooms' own operations.

Each module does what some people of the city would have done, at the hours at which they did it.
"""
