"""Re-judges an answer from the raw documents by a route of its own.

The pipeline reads a scenario into options, prices them, solves a programme and writes a ledger. Nothing of that is
used here: gates, retries, waiting, joules, money, carbon and limits are read and computed anew from the scenario's
document, the profiles' documents and the files of reference figures. What is taken from the answer is a `Claim`:
who makes how many pictures where, which units are there, and the sums. Then

    admissible   every choice passes every gate
    done         the work fits into the units, all demand is served, every limit holds
    counted      money by component and year, its value today, energy and carbon come out the same
    least        no plan in which single supplies serve workloads whole is cheaper: any such plan that keeps all
                 rules refutes an answer that costs more

The rooms, from the ground up: `claim`, `review` (plain data); `figures`, `tables`, `names`, `matching` (reading);
`retries`, `waiting`, `discounting` (arithmetic); `supplies`, `case`, `runs`, `requests`, `gates` (what may be done
and what it takes); `doing`, `carbon`, `money`, `keeping` (a plan); `scheduling`, `alone`, `moving` (plans that
would be cheaper); `judge`.
"""
