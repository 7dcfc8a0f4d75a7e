"""The HTTP face of processes."""
