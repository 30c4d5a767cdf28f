"""Background work of billing: none of its own, since open payments are settled with all other writes by the door's tasks."""
