"""Exact constants by which units are converted, once, at the edge; a formula calls them by their names."""

from roi.numbers import Exact

JOULES_PER_KWH = Exact(3.6e6, "J/kWh")
SECONDS_PER_HOUR = Exact(3600.0, "s/h")
HOURS_PER_YEAR = Exact(8760.0, "h/year")
MONTHS_PER_YEAR = 12.0
GRAMS_PER_KG = Exact(1000.0, "g/kg")
KG_PER_TONNE = Exact(1000.0, "kg/t")
WATTS_PER_KW = Exact(1000.0, "W/kW")
