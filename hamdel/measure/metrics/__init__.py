"""Every score, defined once: what it is, how sure we are, whether it moved."""
