"""Timings as ratios within one run; not collected by pytest. `python -m tests.perf --help`."""
