"""The bounded contexts: each with its own words, events and routes; none knows another."""
