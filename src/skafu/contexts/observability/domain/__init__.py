"""Events, commands and rules of observability."""
