"""What happens in the AI context, and its rules."""
