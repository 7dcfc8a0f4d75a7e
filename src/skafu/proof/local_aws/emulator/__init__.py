"""MiniStack with AWS's behaviour where MiniStack 1.5.33 differs; runs in the tool environment, without Skafu."""
