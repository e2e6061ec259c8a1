"""A plan kept, its money under draws of every ranged figure at once: years x draws, no loop over draws.

The conventions are those of `roi.planning.reprice`, which prices one scenario: choices, shares of the demand, units
bought and models stay; requests and hours follow the work. `course` is what requests need and units cost in one
course of action, `returns` the difference to today. What a supply is in a draw comes from
`roi.sensitivity.montecarlo`, monthly cash from `roi.planning.cash_flow`.
"""
