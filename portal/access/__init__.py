"""People, what they may do, and whose objects they may see."""
