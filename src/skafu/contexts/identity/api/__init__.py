"""The routes of the context and the shapes that they speak."""
