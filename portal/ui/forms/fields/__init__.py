"""One kind of form field for every kind of declared field."""
