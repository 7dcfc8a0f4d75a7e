"""On the path of the pytest that runs a project's tests."""
