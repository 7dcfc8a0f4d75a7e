"""How the AI context is used: its work, read models and questions."""
