"""Bounded contexts: each with its own words, rules and routes; none knows another."""
