"""Skafu: describe a system in plain words, get a proven AWS serverless project."""

__version__ = "0.1.0"
