"""How a point is measured: warm-up, windows, which of them count, stop rule, idle power, in four tiers.

Knows nothing of pipelines: it measures anything that makes batches and can wait for its device.
"""
