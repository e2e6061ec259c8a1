"""Exact constants by which units are converted, once, at the edge."""

JOULES_PER_KWH = 3.6e6
SECONDS_PER_HOUR = 3600.0
HOURS_PER_YEAR = 8760.0
MONTHS_PER_YEAR = 12.0
GRAMS_PER_KG = 1000.0
KG_PER_TONNE = 1000.0
WATTS_PER_KW = 1000.0
