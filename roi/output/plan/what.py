"""What to buy, rent and call, when, and which work it does."""

from collections.abc import Iterator, Sequence

from roi.amounts import quantity
from roi.output.figures import attempts_words, offer_label, quality_words
from roi.output.rulers import bar_words
from roi.output.years import YEARS_SHOWN, folded, year_columns, year_labels
from roi.paper import Heading, Named, Part, Sentence, table
from roi.planning.answer import FleetYear, PlanChoice, PlanDecision
from roi.planning.entries import Ledger
from roi.scenario.supply import Api, Own, Rent
from roi.texts import Language, text


def used(decision: PlanDecision) -> list[Rent | Own | Api]:
    """Supplies that make pictures, or of which units are there to be paid, in the scenario's order."""
    there = {row.supply for row in decision.fleet if row.units or row.units_bought or row.paid_hours}
    there |= {choice.option.offer.supply for choice in decision.choices}
    return [supply for supply in decision.scenario.supplies if supply.name in there]


def bought_in(decision: PlanDecision, supply: Rent | Own | Api) -> list[FleetYear]:
    """The years in which units of it are bought or signed."""
    return [row for row in decision.fleet if row.supply == supply.name and row.units_bought]


def actions(decision: PlanDecision, ledger: Ledger, language: Language) -> str:
    """Every supply that is used and how one gets at it, in one clause each."""
    clauses = [_action(decision, ledger, supply, language) for supply in used(decision)]
    return text(language, "plan.join_actions").join(clauses)


def _action(decision: PlanDecision, ledger: Ledger, supply: Rent | Own | Api, language: Language) -> str:
    if isinstance(supply, Api):
        return text(language, "plan.act_call", supply=supply.name)
    bought = bought_in(decision, supply)
    if bought:
        key = "plan.act_buy" if isinstance(supply, Own) else "plan.act_commit"
        return text(language, key, supply=supply.name, units=_when(decision, ledger, bought, language))
    if isinstance(supply, Own):
        return text(language, "plan.act_share" if supply.shared else "plan.act_keep", supply=supply.name)
    if supply.billing == "second":
        return text(language, "plan.act_second", supply=supply.name)
    return text(language, "plan.act_spot" if supply.term == "spot" else "plan.act_rent", supply=supply.name)


def _when(decision: PlanDecision, ledger: Ledger, bought: Sequence[FleetYear], language: Language) -> str:
    labels = year_labels(decision.scenario, ledger.years, language)
    return ", ".join(
        text(language, "plan.units_when", count=row.units_bought, year=labels[row.year]) for row in bought
    )


def work_done(decision: PlanDecision, language: Language) -> str:
    """Each workload with the models that serve it."""
    clauses = []
    for workload in decision.scenario.workloads:
        mine = [c.option.offer.model_name for c in decision.choices if c.option.workload == workload.name]
        models = ", ".join(dict.fromkeys(mine))
        clauses.append(text(language, "plan.serves", workload=workload.name, models=models))
    return text(language, "plan.join").join(clauses)


def fleet_rows(decision: PlanDecision, ledger: Ledger, language: Language) -> list[Part]:
    """Units, hours or pictures of every supply by year."""
    labels = year_labels(decision.scenario, ledger.years, language)
    rows = table("", "", *year_columns(labels, language), words=2)
    for supply in decision.scenario.supplies:
        name = supply.name
        for measure, cells in _measures(decision, supply, ledger.years, language):
            rows.add(name, measure, *cells)
            name = ""
    return [Heading(text(language, "plan.fleet")), rows]


def _measures(
    decision: PlanDecision, supply: Rent | Own | Api, years: int, language: Language
) -> Iterator[tuple[str, list[str]]]:
    found = {row.year: row for row in decision.fleet if row.supply == supply.name}
    mine = [choice for choice in decision.choices if choice.option.offer.supply == supply.name]
    rows = [found[year] for year in range(years) if year in found]
    whole = bool(rows) and len(rows) == years and any(row.units or row.paid_hours for row in rows)
    if whole:
        yield from _unit_measures(rows, hourly=_is_hourly(supply), language=language)
    if mine and (not whole or len(decision.choices) > 1):
        images = [sum(choice.accepted_by_year[year] for choice in mine) for year in range(years)]
        yield text(language, "plan.row_images"), [quantity(count) for count in folded(images)]


def _is_hourly(supply: Rent | Own | Api) -> bool:
    return isinstance(supply, Rent) and supply.term != "reserved"


def _unit_measures(
    rows: Sequence[FleetYear], *, hourly: bool, language: Language
) -> Iterator[tuple[str, list[str]]]:
    if hourly:
        hours = folded([row.paid_hours for row in rows])
        yield text(language, "plan.row_hours"), [quantity(count) for count in hours]
        yield text(language, "plan.row_at_once"), _of_years([str(row.units) for row in rows])
    else:
        bought = folded([float(row.units_bought) for row in rows])
        if any(bought):
            yield text(language, "plan.row_bought"), [quantity(count) if count else "-" for count in bought]
        yield text(language, "plan.row_units"), _of_years([str(row.units) for row in rows])
    busy = [row.utilization_fraction for row in rows]
    yield (
        text(language, "plan.row_busy"),
        _of_years(["-" if each is None else f"{each:.0%}" for each in busy]),
    )


def _of_years(cells: Sequence[str]) -> list[str]:
    """Cells that do not add up: those of the years shown, and the last of all for later years."""
    return [*cells[:YEARS_SHOWN], *([cells[-1]] if len(cells) > YEARS_SHOWN else [])]


def work_rows(decision: PlanDecision, language: Language) -> list[Part]:
    """Each choice: model, settings and supply, attempts, quality, pictures by year."""
    rows = Named()
    for choice in decision.choices:
        rows.add(choice.option.workload, Sentence(offer_label(choice.option.offer), tone="strong"))
        for line in _work_lines(decision, choice, language):
            rows.add("", line)
    return [Heading(text(language, "plan.work")), rows]


def _work_lines(decision: PlanDecision, choice: PlanChoice, language: Language) -> Iterator[str]:
    option, quality = choice.option, choice.option.offer.quality
    yield _images(decision, choice, language)
    yield attempts_words(option, language)
    workload = decision.scenario.workload(option.workload)
    if quality is not None and workload is not None:
        yield quality_words(quality, workload.quality, language)
    for bar, figure in zip(workload.quality.bars if workload else (), option.offer.bar_figures, strict=True):
        yield bar_words(bar, figure, language)


def _images(decision: PlanDecision, choice: PlanChoice, language: Language) -> str:
    """Accepted images of every year where all are alike, else of the first and the last."""
    counts = choice.accepted_by_year
    if len(set(counts)) == 1:
        return text(language, "plan.work_each_year", count=quantity(counts[0]))
    labels = year_labels(decision.scenario, len(counts), language)
    return text(
        language,
        "plan.work_images",
        first=quantity(counts[0]),
        first_year=labels[0],
        last=quantity(counts[-1]),
        last_year=labels[-1],
    )
