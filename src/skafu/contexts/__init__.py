"""The bounded contexts of the platform; none imports another."""
