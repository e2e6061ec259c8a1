"""The profile contract: one configuration of one model on one board, what it costs and how good it is.

A profile says model x settings x hardware -> joules per image, seconds per image, quality, and where each of
these figures comes from. It is the only thing that passes from `bench` to `roi`.

On disk a profile is a JSON object with `schema_version`; a file holds one profile, or a collection
`{"schema_version": 1, "profiles": [...]}`. A field that was not measured is absent. Unknown fields and
unknown versions are refused, so that a figure is never dropped in silence. A new field that may be absent leaves
the version as it is: every older file still reads, and an older program refuses the newer file by that field.

Units: joules (J), watts (W), seconds (s), gibibytes (GiB), pixels.
"""

from bench.profile.files import (
    is_library_table,
    profile_document,
    read_profiles,
    refuse_duplicates,
    require_in_reach,
    write_profiles,
)
from bench.profile.parts import (
    EXECUTION,
    MATCHES,
    RATE_TOLERANCE_FRACTION,
    SCHEMA_VERSION,
    Backbone,
    Boundary,
    CommercialUse,
    Config,
    Count,
    Dtype,
    Energy,
    Evidence,
    EvidenceKind,
    Grade,
    Hardware,
    HostEstimate,
    Match,
    ModelLicence,
    NonNegative,
    Part,
    Positive,
    Profile,
    Quality,
    Source,
    Speed,
    Text,
    Uncertainty,
    execution_words,
)

__all__ = [
    "EXECUTION",
    "MATCHES",
    "RATE_TOLERANCE_FRACTION",
    "SCHEMA_VERSION",
    "Backbone",
    "Boundary",
    "CommercialUse",
    "Config",
    "Count",
    "Dtype",
    "Energy",
    "Evidence",
    "EvidenceKind",
    "Grade",
    "Hardware",
    "HostEstimate",
    "Match",
    "ModelLicence",
    "NonNegative",
    "Part",
    "Positive",
    "Profile",
    "Quality",
    "Source",
    "Speed",
    "Text",
    "Uncertainty",
    "execution_words",
    "is_library_table",
    "profile_document",
    "read_profiles",
    "refuse_duplicates",
    "require_in_reach",
    "write_profiles",
]
