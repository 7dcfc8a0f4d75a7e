"""The bounded contexts: each with its own events, rules, read models and routes."""
