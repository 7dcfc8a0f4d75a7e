"""What observability needs from outside: mail and webhooks."""
