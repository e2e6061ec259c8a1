"""All ranged figures drawn at once: every option in D draws, in whole units over the plan's years.

`draws` makes the draws, `drawn` and `reader` hold figures as columns, `yearly` makes them years. `supplies` and
`servers` are the fleet programme's supplies by draw, `setting` what their units are worth, `attempts` and `retries`
what a request takes, `work` what all pictures of a workload take; `pricing` prices an option as the only source of
its workload, on the units of `roi.fleet.whole_units`; `gates` (with `waits`, the queue) and `rules` close what may
not serve. `deciding` finds each draw's best, `bound` proves where no plan is cheaper; `risk` and `simulate`
condense; `spread` says what a column of numbers amounts to.
"""
