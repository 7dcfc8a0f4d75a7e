"""Fills the ports of projects with processes of this machine."""
