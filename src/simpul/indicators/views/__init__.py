"""Pages of this room: indicators, values, runs, and the form for typed-in numbers."""
