"""The local mirror of accounts and phones."""
