"""Drives a deployed system and sees that it behaves as its blueprint says."""
