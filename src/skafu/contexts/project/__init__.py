"""Projects: blueprints in revisions, the trees generated from them, their proofs, and where they are deployed."""
