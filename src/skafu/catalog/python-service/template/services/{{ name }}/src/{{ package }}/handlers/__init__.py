"""One function per route."""
