"""What may happen to repositories, deployments and installations: pure rules."""
