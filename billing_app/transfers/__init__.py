"""Transfers: an agent moves money between an account of theirs and one below it, and sees what became of it."""
