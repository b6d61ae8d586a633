"""Pure value types that both wings share: ids, time, units, geometry, errors, events, tickets.

No framework, no input or output, no state.
"""
