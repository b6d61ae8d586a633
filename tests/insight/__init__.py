"""What the pages across rooms promise."""
