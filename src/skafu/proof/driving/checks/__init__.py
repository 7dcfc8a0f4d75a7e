"""What a deployed system must do, one module per question."""
