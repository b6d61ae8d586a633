"""How data comes in: feeds, their contracts and mappings, tokens, intake and quarantine.

Not in here: the people who own a feed (city), the entities that come of it (context).
"""
