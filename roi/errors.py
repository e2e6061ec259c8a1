"""The errors a user of `roi` can cause, each a sentence that says what, where and what to do."""


class RoiError(Exception):
    """Base of every expected error of this package; the command line prints it and exits with 2."""


class ScenarioError(RoiError):
    """A scenario file cannot be read; the message lists every fault of the file, a line each."""


class MissingFigureError(RoiError):
    """A figure is needed that nobody gave: an exchange rate, an electricity price, a grid intensity."""


class LogError(RoiError):
    """A log of attempts cannot be read, or cannot tell what is asked of it."""


class TrialError(RoiError):
    """A trial's file, pictures or votes cannot be read, or do not belong together."""


class SolverError(RoiError):
    """The programme was neither solved nor proven infeasible; nothing of it may be used."""


class OperationError(RoiError):
    """Operation cannot be held against the plan: no policy, an unknown month, a source that is closed."""
