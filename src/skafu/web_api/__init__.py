"""Words of HTTP that every context shares: who calls, what they may, and the shape of answers."""
