"""The data wing's ports, implemented; chosen by the wiring alone."""
