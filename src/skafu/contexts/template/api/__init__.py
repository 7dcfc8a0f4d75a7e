"""The routes of the template context."""
