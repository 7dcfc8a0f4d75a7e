"""What is said between processes and contexts: a step becomes a command of a context, its event the news of a step."""
