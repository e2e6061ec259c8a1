"""Operation: what was approved against what happens, month by month, from the ledger."""
