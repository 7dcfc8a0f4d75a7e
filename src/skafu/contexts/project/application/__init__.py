"""What projects offer and need: aggregates, read models, queries, and work outside of commands."""
