"""The checks that look at a project without running it."""
