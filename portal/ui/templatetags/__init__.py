"""Template tag libraries of the design layer."""
