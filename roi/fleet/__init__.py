"""The programme over years: which options serve which work, on what is bought, rented or called, and when."""
