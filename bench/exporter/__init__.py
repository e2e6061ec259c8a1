"""`bench exporter`: what the ledger of operation holds, for Prometheus to scrape."""
