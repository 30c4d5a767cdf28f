"""Lists made from declarations: what is asked in the address, the rows of it, how a cell looks, and the same as a file."""
