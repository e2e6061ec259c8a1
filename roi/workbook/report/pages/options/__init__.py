"""The sheets of options: every option that passes with its live cost, what was left out, how costs come about."""

from roi.workbook.report.pages.options.listing import Listed, Listing
from roi.workbook.report.pages.options.page import options_page

__all__ = ["Listed", "Listing", "options_page"]
