"""Months in words."""

import math

from roi.texts import Language, text


def whole_months(months: float, language: Language) -> str:
    """Full months that are enough: 19.4 gives 20 months."""
    count = math.ceil(months)
    return text(language, "plan.month_one") if count == 1 else text(language, "plan.month_many", count=count)
