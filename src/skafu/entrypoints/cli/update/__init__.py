"""The command `skafu update`."""
