"""The HTTP API of the platform."""
