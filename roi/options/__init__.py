"""Profile x supply x workload -> option, or a named reason why not.

`terms` turns a supply into plain numbers, `offers` pairs profiles with supplies and holds the gates that do not
depend on the number of attempts, `price` enumerates images per attempt and attempts and prices each.
"""
