"""Parts of the event store's bench: both sides, the server, and the processes."""
