"""The blueprint: the one typed model that people and AI edit, and that everything else is a projection of."""
