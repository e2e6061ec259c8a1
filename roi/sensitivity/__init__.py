"""How sure the answer is, and what would change it.

`inputs` lists the figures that have a range and moves them; `tornado` re-solves at each end; `switching` finds
the value at which the answer turns; `montecarlo` draws all of them at once; `frontier` trades cost against
carbon and quality. `judging` puts an answer into the few numbers and names that can be compared.
"""
