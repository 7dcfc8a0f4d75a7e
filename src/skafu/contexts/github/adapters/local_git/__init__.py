"""Bare repositories in a folder of this machine."""
