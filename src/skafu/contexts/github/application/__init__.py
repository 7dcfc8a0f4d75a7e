"""What the context does with its events: aggregates, read models, queries and work."""
