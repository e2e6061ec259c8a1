"""Exact constants by which units are converted, once, at the edge."""

BYTES_PER_GIB = 2**30
J_PER_WH = 3600.0
J_PER_KWH = 3.6e6
SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
