"""The commands `skafu store`: looking after a store, without knowing its events."""
