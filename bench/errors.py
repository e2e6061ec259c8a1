"""The errors a user of `bench` can cause, each a sentence that says what, where and what to do."""


class BenchError(Exception):
    """Base of every expected error of this package; the command line prints it and exits with 2."""


class ProfileError(BenchError):
    """A profile file cannot be read: unknown version, unknown field, impossible value, duplicate id."""


class UnknownProfileError(BenchError):
    """A profile id, board or quality reference is asked for that the library does not hold."""
