"""How much room sealed history takes and how fast it answers."""
