"""Charts as SVG of our own: no script, colours by the style sheet, on paper as on the screen.

A chart never stands alone: the table that it is drawn from is beside it, and says to everybody what the chart says to the eye.
"""

from __future__ import annotations

from portal.ui.charts.made import Chart, Legend, Spark, bars, lines, spark
from portal.ui.charts.plots import Series
from portal.ui.charts.tables import chart_of

__all__ = ["Chart", "Legend", "Series", "Spark", "bars", "chart_of", "lines", "spark"]
