"""The VOS3000 installations that the portal stands in front of."""
