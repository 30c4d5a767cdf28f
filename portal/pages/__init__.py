"""Pages of the portal's own things: platforms, operations, the audit."""
