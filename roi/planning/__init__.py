"""From a scenario to a plan of years: fleet, money by year, baseline, finance, levers."""
