"""The commands about the repositories of a server."""
