"""What a template may use up: steps, text, weight of values; every part of jinja2 that could take more is checked."""
