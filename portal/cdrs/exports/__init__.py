"""Files of kept calls: exactly what was selected, in the columns, the zone and the language that were asked for."""
