"""`skafu template`: make, check, document and find templates."""
