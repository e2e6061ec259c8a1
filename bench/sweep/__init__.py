"""Many points from one plan file, each in a process of its own, in an order drawn from a recorded seed.

`command` is `bench sweep`, `form` and `plan` read the file and say which points there are, in which order, `tier`
how they are measured, `point` names a point by the hash of what it measures. `child` is the process of one point,
`attempt` starts it and records how it ended, `shard` goes through the points of one machine, `table` shows them,
`submit` hands shards to Slurm through submitit. `predict` says beforehand what it will cost, `result` brings the
results of several machines together.

A result is one file named by its point's hash and written at once, so that whatever ends a sweep it goes on where
it was and loses at most the point under way.
"""
