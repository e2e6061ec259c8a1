"""The Excel report: live formulas from inputs to results, each with its cached value."""
