"""The one place that joins options, programme and proof into a decision.

`market` gathers offers and options, `decide` solves and verifies, `near` finds what is nearly as good and what
would change the answer, `relax` says what an impossible wish would have to give up, `recheck` computes the
answer's figures again by a second route.
"""
