"""The routes of observability."""
