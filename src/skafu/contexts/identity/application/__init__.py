"""Commands meet the store and the ports here."""
