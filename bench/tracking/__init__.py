"""Calls of a program that makes pictures, as attempts of the ledger, with the joules of their board."""
