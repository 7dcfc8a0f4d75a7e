"""GitHub over HTTP, as a GitHub App."""
