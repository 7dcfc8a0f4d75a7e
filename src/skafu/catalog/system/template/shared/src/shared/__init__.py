"""What every service of the system shares: events, commands, HTTP, messages, read tables, observability."""
