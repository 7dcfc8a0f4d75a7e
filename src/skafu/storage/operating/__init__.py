"""What operators do with a store: look at it, check it, take it out and in as lines. No event types are needed."""
