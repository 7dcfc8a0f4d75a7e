"""From clauses to a story: who does what to which thing, what follows from what, and which rules hold."""
