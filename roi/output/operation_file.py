"""A month of operation as a file: a workbook to sign, a PDF of it, or a page of Markdown."""

from roi.operate.summary import MonthReport
from roi.output.markdown import markdown
from roi.output.operation import month_page, month_said, month_title
from roi.output.report.files import Format
from roi.texts import Language


def month_file(report: MonthReport, kind: Format, language: Language) -> bytes:
    """The finished file.

    Raises
    ------
    RoiError
        When LibreOffice is missing or fails where a PDF is wanted.
    """
    if kind == "md":
        return markdown(month_title(report, language), month_page(report, language), "!").encode()
    from roi.workbook.operation.make import operation_bytes

    workbook = operation_bytes(report, month_said(report, language), language)
    if kind == "xlsx":
        return workbook
    from roi.workbook.convert import pdf_of

    return pdf_of(workbook)
