"""What fills the ports of storage: one package for each engine."""
