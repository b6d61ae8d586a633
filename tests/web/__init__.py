"""What the shell and its parts promise."""
