"""Observability: what happens in an installation, what it costs, what fails, and who is told."""
