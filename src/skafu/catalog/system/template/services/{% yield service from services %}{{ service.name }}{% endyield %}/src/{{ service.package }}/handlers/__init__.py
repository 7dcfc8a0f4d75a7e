"""What reacts to requests and messages: one module per Lambda function."""
