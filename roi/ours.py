"""Whether the `bench` and `roi` that Python finds are of this distribution; see `bench.owner`, which says it."""

MISSING = (
    "the package 'bench' that Python finds is not that of image-roi ({fault}); install image-roi in an "
    "environment of its own (python3 -m venv FOLDER), and start it in a folder that holds no package of this name"
)


def refuse_foreign() -> None:
    """Accept both packages of this distribution.

    Raises
    ------
    ImportError
        With a sentence, when another distribution has written over one of them, or stands before it on the path.
    """
    try:
        from bench.owner import refuse_foreign as refuse
    except ImportError as fault:
        raise ImportError(MISSING.format(fault=fault), name="bench") from fault
    refuse()


def explained(fault: ImportError) -> str | None:
    """The sentence about an import that failed, where another distribution is why; None where it is not."""
    try:
        from bench.owner import explained as told
    except ImportError:
        return str(fault) if fault.name == "bench" else MISSING.format(fault=fault)
    return told(fault)
