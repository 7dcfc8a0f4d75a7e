"""The routes of the context."""
