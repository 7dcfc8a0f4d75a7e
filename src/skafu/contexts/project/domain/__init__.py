"""What projects and runs are, and the rules that they keep."""
