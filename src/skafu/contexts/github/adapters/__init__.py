"""The hosts: GitHub over HTTP, bare repositories in a folder, and a twin in memory."""
