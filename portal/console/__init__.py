"""A page for every interface."""
