"""Forms as companies have them, with cells that ask: a 稟議書, an English capital request, a chart of years."""

import io

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def ringi() -> bytes:
    """A 稟議書 on one A4 page: number, boxes for seals, matter, amounts, vendor, term, reasons, risks."""
    book, sheet = _form("稟議書", "ＭＳ 明朝", (16.0, 14.0, 14.0, 14.0, 14.0, 14.0))
    _merged(sheet, "A1:C2", "稟　議　書", size=20)
    for column, name in zip("DEF", ("決裁", "部長", "課長"), strict=True):
        _cell(sheet, f"{column}1", name, fill="EEEEEE")
        _cell(sheet, f"{column}2", None)
    sheet.row_dimensions[2].height = 44
    rows = (
        ("稟議番号", None, None, 18),
        ("件名", "roi_title", None, 18),
        ("起案部署", "roi_department", None, 18),
        ("起案者", "roi_proposer", None, 18),
        ("起案日", "roi_drafted_on", None, 18),
        ("決裁希望日", "roi_wanted_by", None, 18),
        ("予算", "roi_budget_line", None, 18),
        ("申請金額", "roi_capital", '#,##0"円"', 18),
        ("年間費用", "roi_running", '#,##0"円"', 18),
        ("購入先", "roi_vendor", None, 18),
        ("契約期間", "roi_term", None, 18),
        ("申請内容", "roi_decision", None, 84),
        ("目的・理由", "roi_purpose", None, 48),
        ("実施時期", "roi_schedule", None, 34),
        ("効果（NPV）", "roi_npv", '#,##0"円"', 18),
        ("回収月数", "roi_payback", '0.0"か月"', 18),
        ("リスクと対策", "roi_risk_1", None, 64),
        (None, "roi_risk_2", None, 64),
        ("反対の根拠", "roi_warning_1", None, 48),
        ("仮の値", "roi_placeholders", None, 18),
    )
    for row, (label, name, number_format, height) in enumerate(rows, 3):
        _row(book, sheet, row, label, name, number_format, height, "B{row}:F{row}")
    _cell(sheet, "A24", "判定", fill="EEEEEE")
    sheet["B24"] = '=IF(N(roi_npv)>0,"承認可","再検討")'
    sheet.print_area = "A1:F24"
    return _saved(book)


def capital_request() -> bytes:
    """An English request for capital with a table of five years; its own sheets Inputs and Results."""
    book, sheet = _form("Request", "Calibri", (24.0, 15.0, 15.0, 15.0, 15.0, 15.0))
    _merged(sheet, "A1:F1", "CAPITAL EXPENDITURE REQUEST", size=16)
    rows = (
        ("Project", "roi_title", None, 18),
        ("Sponsor", "roi_proposer", None, 18),
        ("Department", "roi_department", None, 18),
        ("Date", "roi_made_on", None, 18),
        ("Request", "roi_decision", None, 64),
        ("Supplier", "roi_vendor", None, 18),
        ("Term", "roi_term", None, 18),
        ("Total capital", "roi_capital", "#,##0", 18),
        ("Total cost of ownership", "roi_tco", "#,##0", 18),
        ("NPV", "roi_npv", "#,##0;[Red]-#,##0", 18),
        ("IRR", "roi_irr", "0.0%", 18),
        ("Tax", "roi_tax", "#,##0", 18),
        ("Key risk", "roi_risk_1", None, 48),
        ("Cost centre", "roi_cost_center", None, 18),
    )
    for row, (label, name, number_format, height) in enumerate(rows, 2):
        _row(book, sheet, row, label, name, number_format, height, "B{row}:F{row}")
    table = (
        "roi_years",
        "roi_capital_by_year",
        "roi_running_by_year",
        "roi_cost_by_year",
        "roi_today_by_year",
    )
    labels = ("Year", "Capital", "Running", "Total", "If nothing changes")
    for row, (label, name) in enumerate(zip(labels, table, strict=True), 17):
        _cell(sheet, f"A{row}", label, fill="DDEBF7")
        for column in "BCDEF":
            _cell(sheet, f"{column}{row}", None, number_format="#,##0")
        _ask(book, name, f"Request!$B${row}:$F${row}")
    sheet["A22"] = "Check"
    sheet["B22"] = "=SUM(B20:F20)-SUM(B18:F19)"
    for title in ("Inputs", "Results"):
        book.create_sheet(title)["A1"] = f"{title} of ours, kept as they are"
    return _saved(book)


def charted() -> bytes:
    """A template file (.xltx) whose charts are drawn from a table of years that stands in a column each."""
    book, sheet = _form("Board", "Arial", (14.0, 16.0, 16.0, 16.0, 4.0, 12.0))
    _merged(sheet, "A1:D1", "Board summary", size=16)
    names = ("roi_years", "roi_cost_by_year", "roi_today_by_year", "roi_cash_by_year")
    for column, (label, name) in zip(
        "ABCD", zip(("Year", "Plan", "Today", "Cash"), names, strict=True), strict=True
    ):
        _cell(sheet, f"{column}3", label, fill="E2EFDA")
        for row in range(4, 9):
            _cell(sheet, f"{column}{row}", 0, number_format="#,##0")
        _ask(book, name, f"Board!${column}$4:${column}$8")
    bars, line = BarChart(), LineChart()
    bars.add_data(Reference(sheet, min_col=2, max_col=3, min_row=3, max_row=8), titles_from_data=True)
    line.add_data(Reference(sheet, min_col=4, min_row=3, max_row=8), titles_from_data=True)
    for chart, title, place in ((bars, "Cost by year", "A10"), (line, "Cash added up", "A27")):
        chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=8))
        chart.title, chart.width, chart.height = title, 16, 8
        sheet.add_chart(chart, place)
    book.template = True
    return _saved(book)


def _form(title: str, font: str, widths: tuple[float, ...]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    book._fonts[0] = Font(name=font, size=10.5)
    for column, width in zip("ABCDEF", widths, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = sheet.page_setup.fitToWidth = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book, sheet


def _cell(
    sheet: Worksheet,
    address: str,
    content: object,
    *,
    fill: str | None = None,
    number_format: str = "General",
) -> None:
    cell = sheet[address]
    cell.value, cell.border, cell.alignment, cell.number_format = content, _BOX, _WRAPPED, number_format
    if fill is not None:
        cell.fill = PatternFill("solid", fgColor=fill)


def _merged(sheet: Worksheet, area: str, content: str, *, size: float) -> None:
    sheet.merge_cells(area)
    first = sheet[area.partition(":")[0]]
    first.value, first.font = content, Font(size=size, bold=True)
    first.alignment = Alignment(horizontal="center", vertical="center")


def _row(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    label: str,
    name: str | None,
    number_format: str | None,
    height: float,
    area: str,
) -> None:
    _cell(sheet, f"A{row}", label, fill="EEEEEE")
    for column in "BCDEF":
        _cell(sheet, f"{column}{row}", None, number_format=number_format or "General")
    sheet["B" + str(row)].alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    sheet.merge_cells(area.format(row=row))
    sheet.row_dimensions[row].height = height
    if name is not None:
        _ask(book, name, f"'{sheet.title}'!$B${row}:$F${row}")


def _ask(book: Workbook, name: str, cells: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=cells)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
