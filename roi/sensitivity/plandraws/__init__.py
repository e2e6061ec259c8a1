"""A plan kept, its money under draws of every ranged figure at once: years x draws, no loop over draws.

The conventions are those of `roi.planning.reprice`, which prices one scenario: choices, shares of the demand, units
bought and models stay; requests and hours follow the work. `work` is what the requests need, `course`
what units cost and one course of action, `returns` the difference to today. What a supply is in a draw comes from
`roi.sensitivity.montecarlo`, monthly cash from `roi.planning.cash_flow`.
"""
