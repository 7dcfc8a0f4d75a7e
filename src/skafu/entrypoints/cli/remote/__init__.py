"""The commands that work against a server: signing in, and the same operations as over HTTP."""
