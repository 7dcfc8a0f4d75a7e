"""From a resolved blueprint to the files of a project."""
