"""From a story to a blueprint: fields and states, complete mappings, queries, services."""
