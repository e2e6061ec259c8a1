"""The live calculation: from the figures on Inputs to Results, every step a formula with its value."""
