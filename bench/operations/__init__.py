"""The ledger of operation: what was made, on which board, with how many joules, what was billed, what was approved.

One SQLite file. `bench.tracking` writes what it saw, `roi operate` what it pulled and what was approved.
"""
