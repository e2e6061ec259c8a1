"""All ranged figures drawn at once: D draws x every option, without a loop over draws.

`draws` makes the draws, `terms` turns a supply into rates per draw, `retries` the attempts per draw, `cells` and
`pricing` put them together into the cost of every option in every draw, `waits` the queue; `deciding` finds each
draw's best, `risk` and `simulate` condense; `spread` says what a column of numbers amounts to.

    cost[i, d] = (attempt[m, d] * attempts[g, k, d] + (1 - deliver[g, k, d]) * fallback[d]) / delivered[g, k, d]

for option i = (cell m, at most k attempts), where a cell is an offer with its images per attempt, g its acceptance
with these images, and attempts, deliver and delivered those of a request. attempt = C @ F has low rank: six rates
per supply and draw carry every cell of it.
"""
