"""What money of later months is worth today: each month loses one twelfth-root of a year."""

MONTHS = 12


def at_start(rate: float, year: int) -> float:
    """Of one unit at the beginning of a year; year 0 begins today."""
    return float((1.0 + rate) ** -year)


def over_year(rate: float, year: int) -> float:
    """Of one unit paid in twelve equal parts at the ends of a year's months."""
    month = (1.0 + rate) ** (1.0 / MONTHS)
    worth, found = at_start(rate, year), 0.0
    for _ in range(MONTHS):
        worth /= month
        found += worth
    return float(found / MONTHS)


def yearly_payment(rate: float, years: float) -> float:
    """Equal payment at the end of each year that is worth one unit today."""
    if rate == 0.0:
        return 1.0 / years
    grown = (1.0 + rate) ** years
    return float(rate * grown / (grown - 1.0))
