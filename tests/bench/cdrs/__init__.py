"""The past, measured: fetched, searched, summed and exported, against plain ways of doing the same."""
