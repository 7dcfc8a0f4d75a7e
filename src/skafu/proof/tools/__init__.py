"""What runs in the environments of tools, and their lock files."""
