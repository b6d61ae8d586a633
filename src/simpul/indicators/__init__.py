"""Indicators: what is measured, by which formula, towards which target, and how each number came
to be.

In this room are the sheet of an indicator, its formula and inputs, the calculation runs and the
values they prove. Not in it: the readings themselves (the data wing), the actions an indicator
belongs to (`programme`), and what a number is worth in an evaluation (`evaluation`).
"""
