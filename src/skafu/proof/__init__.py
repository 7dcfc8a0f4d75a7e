"""FileTree -> Proof: static checks, tests, deployment to a local AWS, driving it, the record."""
