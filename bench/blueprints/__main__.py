"""`python -m bench.blueprints`: counts every bundled component anew and writes work.json; takes about a minute.

To be run when an architecture is added or changed, or a newer diffusers or transformers counts otherwise.
"""

import sys
from importlib.metadata import version

from bench.blueprints.counts import Counts, count, write_counts
from bench.blueprints.table import component_keys, component_named

LIBRARIES = ("torch", "diffusers", "transformers")


def recount() -> dict[str, Counts]:
    """Counts of every bundled component by name; progress on stderr."""
    found = {}
    for key in component_keys():
        print(key, file=sys.stderr)
        found[key] = count(component_named(key))
    return found


if __name__ == "__main__":
    write_counts(recount(), {name: version(name).partition("+")[0] for name in LIBRARIES})
