"""Pure words that every room shares."""
