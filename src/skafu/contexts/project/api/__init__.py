"""The HTTP face of projects."""
