"""The programme: what was promised and signed, the plan, its actions, how far they have come."""
