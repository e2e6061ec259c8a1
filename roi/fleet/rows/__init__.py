"""The rows of the programme, family by family, and the columns that they tie together."""
