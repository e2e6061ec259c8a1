"""How sure the answer is, and what would change it; all of it on the programme of `recommend` and `plan`.

`inputs` lists the figures that have a range and moves them; `tornado` finds the answer at each end, `switching` the
value at which it turns, by solving anew or by `foresight`, which proves answers without; `montecarlo` draws all
figures at once; `frontier` trades cost against carbon and quality. `judging` puts an answer into the few numbers
and names that can be compared.
"""
