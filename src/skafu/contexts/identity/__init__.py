"""Who works with Skafu, in which organisation, and what they may do."""
