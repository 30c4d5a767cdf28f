"""Accounts, agents and phones."""
