"""Carbon of a fiscal year of operation as text: scopes, totals, SCI, what was estimated."""

from roi.amounts import mass, part, quantity
from roi.disclosure import SCOPES, disclosure_notes, scope_name
from roi.operate.disclosed import Disclosed
from roi.paper import Paper, Sentence, bullets, table
from roi.scenario.document import Scenario
from roi.texts import Language, text


def disclosure_title(year: int, language: Language) -> str:
    """What stands above it."""
    return text(language, "operation_disclosure.title", year=year)


def disclosure_page(found: Disclosed, scenario: Scenario, language: Language) -> Paper:
    """Months, scopes, totals by both methods, intensity per image, estimates, notes."""

    def say(key: str, **values: object) -> str:
        return text(language, f"operation_disclosure.{key}", **values)

    absent = say("absent")
    rows = table(say("scope"), say("emitted"))
    for name in SCOPES:
        amount = getattr(found.scopes, name)
        rows.add(scope_name(scenario, name, language), absent if amount is None else quantity(amount))
    for key, total in (
        ("total_location", found.scopes.total_location),
        ("total_market", found.scopes.total_market),
    ):
        rows.add(say(key), absent if total is None else quantity(total), tone="strong")
    if found.sci_kg is not None:
        sci = say("sci", sci=mass(found.sci_kg), images=found.accepted_images)
    else:
        sci = say("sci_absent" if found.accepted_images else "sci_none")
    fallbacks = [Sentence(say("fallbacks", count=found.fallbacks))] if found.fallbacks else []
    estimates = [
        *([] if found.book.carbon_disclosed else [say("partly")]),
        *(say("left_out", month=month) for month in found.left_out),
        *(
            text(language, "operation.kept", what=text(language, f"operation_factor.{what}"), of=of)
            for what, of in found.estimated
        ),
        *(
            say("counted_partly", what=text(language, f"operation_factor.{what}"), of=of, share=part(counted))
            for what, of, counted in found.partly
        ),
        *disclosure_notes(scenario, [found.book], language),
    ]
    return (
        Sentence(
            say(
                "months",
                count=len(found.months),
                first=found.months[0],
                last=found.months[-1],
                kwh=quantity(found.energy_kwh),
                share=part(1.0 - found.estimated_kwh_fraction),
            ),
            "strong",
        ),
        rows,
        Sentence(sci),
        *fallbacks,
        bullets(estimates),
    )
