"""The commands about the projects of a server."""
