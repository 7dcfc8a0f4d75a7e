"""What fills the ports of the template context."""
