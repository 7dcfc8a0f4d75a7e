"""How the template context is used: its work, read models and questions."""
