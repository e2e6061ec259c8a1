"""The first rung of a plan: one question, its answer, and what stands around it.

`decide` solves the programme of `roi.planning` over the scenario's years and says what a picture costs, `shares`
splits what several choices share, `near` finds what is nearly as good and what would change the answer.
"""
