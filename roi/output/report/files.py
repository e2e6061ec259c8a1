"""A report as a file: workbook, PDF of it, or a page of Markdown."""

from pathlib import Path
from typing import Literal

from roi.workbook.report.pages.material import Material

Format = Literal["xlsx", "pdf", "md"]
FORMATS: dict[str, Format] = {"xlsx": "xlsx", "pdf": "pdf", "md": "md"}


def report_file(material: Material, kind: Format, template: Path | None = None) -> bytes:
    """The finished file.

    Parameters
    ----------
    template
        A company's workbook to fill; not for Markdown.

    Raises
    ------
    RoiError
        When the workbook of this plan cannot be live, the template cannot be used, or LibreOffice is missing or
        fails where a PDF is wanted.
    """
    if kind == "md":
        from roi.output.report.markdown import report_markdown

        return report_markdown(material).encode("utf-8")
    from roi.workbook.report.live.calculate import calculation
    from roi.workbook.report.make import report_bytes

    workbook = report_bytes(material, calculation(material))
    if template is not None:
        workbook = _filled(workbook, template)
    if kind == "pdf":
        from roi.workbook.convert import pdf_of

        return pdf_of(workbook)
    return workbook


def _filled(workbook: bytes, template: Path) -> bytes:
    from roi.errors import RoiError
    from roi.workbook.company import fill_template
    from roi.workbook.inputs.safety import file_bytes

    return fill_template(workbook, file_bytes(template, RoiError), str(template))
