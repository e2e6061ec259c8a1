"""The errors a user of `bench` can cause, each a sentence that says what, where and what to do."""


class BenchError(Exception):
    """Base of every expected error of this package; the command line prints it and exits with 2."""


class ProfileError(BenchError):
    """A profile file cannot be read: unknown version, unknown field, impossible value, duplicate id."""


class UnknownProfileError(BenchError):
    """A profile id, board or quality reference is asked for that the library does not hold."""


class MeterError(BenchError):
    """A meter cannot be opened or believed: no driver, no permission, stuck, reset, vanished."""


class MeasurementError(BenchError):
    """A measurement cannot be finished or kept: no window left, no budget, a board that stays too hot."""


class PipelineError(BenchError):
    """A model cannot be loaded or run: an extra, memory, a licence click or a device that is missing."""


class QualityError(BenchError):
    """Pictures cannot be judged: too few, black, of the wrong size, or no extractor for them."""


class ComparisonError(BenchError):
    """Two results must not be compared: another boundary, another board, another quality reference."""


class SweepError(BenchError):
    """A plan cannot be carried out, or results cannot be brought together: a fault in the plan, a conflict."""


class BlueprintError(BenchError):
    """A blueprint cannot be read, built or counted: an unknown name, a class or configuration that does not fit."""


class EstimateError(BenchError):
    """Nothing can be estimated: an unknown board, a setting outside the fit, a board too small for the model."""


class StudyError(BenchError):
    """A study cannot be made or written: no usable result, an unknown kind of report, a folder that is closed."""


class LedgerError(BenchError):
    """The ledger of operation cannot be opened, written or exported: another file, a full disk, a lock."""
