"""The demo city: a seed of plausible data, and a simulator that speaks as real senders would.

Nothing in ``simpul`` knows this package.
"""
