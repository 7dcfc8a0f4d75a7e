"""The routes of the AI context."""
