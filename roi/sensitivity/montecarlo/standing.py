"""Standing cost of a model in every draw."""

import numpy as np
import numpy.typing as npt

from roi.scenario.models import canonical_model
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.units import MONTHS_PER_YEAR


def standing_cost_per_month(drawn: Drawn, model_id: str) -> npt.NDArray[np.float64] | None:
    """Upkeep, and migration spread over the horizon [money, D or 0-d]; None when a model costs nothing to keep."""
    scenario = drawn.scenario
    cost = scenario.cost_of_model(model_id)
    if cost is None:
        return None
    key = canonical_model(model_id)
    place = f"model_cost_by_model.{key}" if key in scenario.model_cost_by_model else "model_cost"
    horizon = drawn.figure("finance.horizon_years", scenario.finance.horizon_years)
    upkeep = drawn.amount(f"{place}.upkeep_per_year", cost.upkeep_per_year) / MONTHS_PER_YEAR
    return upkeep + drawn.amount(f"{place}.migration", cost.migration) / (horizon * MONTHS_PER_YEAR)
