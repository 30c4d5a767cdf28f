"""The remote system: its declarations, a client, its errors and a simulator. Plain Python that knows no Django."""
