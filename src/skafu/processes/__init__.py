"""Process managers: the only place where two contexts meet."""
