"""The local AWS that a project is deployed to and driven on, behind the port `LocalAws`."""
