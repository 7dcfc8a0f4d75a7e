"""The commands about the templates of a server."""
