"""What happens to templates, and the rules."""
