"""The rules: pure functions of commands, state and events."""
