"""What fills the ports of the AI context."""
