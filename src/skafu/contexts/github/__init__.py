"""Repositories of projects at their hosts, what is pushed there, and how workflows and deployments end."""
