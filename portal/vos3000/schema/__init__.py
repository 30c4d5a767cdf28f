"""The declarations: one module a domain, gathered in ``registry``."""
