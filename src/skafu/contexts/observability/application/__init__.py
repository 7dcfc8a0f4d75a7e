"""What observability does with its store: read models, questions, collecting, watching."""
