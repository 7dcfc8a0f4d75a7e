"""From a story to a blueprint: aggregates with fields and states, reactions with complete mappings, queries, services."""
