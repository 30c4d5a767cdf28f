"""What happened and who did it: rows that are only ever added, and the present state of every write."""
