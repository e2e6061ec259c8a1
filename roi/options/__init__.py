"""Profile x supply x workload -> option, or a named reason why not.

`terms` turns a supply into plain numbers; `offers` pairs profiles with supplies (`offer`) and holds `gates`;
`attempt` prices n images once; `price` enumerates images per attempt and attempts; `limits` holds the gates that
depend on them.
"""
