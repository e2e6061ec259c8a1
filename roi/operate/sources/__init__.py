"""Ways in for machines: what servers, their data bases and monitoring keep, as rows of the ledger."""
