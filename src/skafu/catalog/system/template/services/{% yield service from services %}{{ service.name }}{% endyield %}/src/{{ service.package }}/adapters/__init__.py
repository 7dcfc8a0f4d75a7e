"""Where the domain meets the tables."""
