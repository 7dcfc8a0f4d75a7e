"""The rules: deciders and plain functions over values."""
