"""What fills the ports: hashing, keys, signed tokens, providers of sign-in."""
