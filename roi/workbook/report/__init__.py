"""The TCO report: live calculation from inputs to results, and the pages that people read."""
