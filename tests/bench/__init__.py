"""The floors, measured: ``python -m tests.bench``."""
