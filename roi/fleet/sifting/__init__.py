"""Fleets too large to be written whole: the relaxation by sifting, the plan over what it let in."""
