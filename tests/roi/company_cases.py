"""A company's workbook as tests fill it."""

import io
import struct
import zlib

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests.roi.workbook_cases import saved


def png() -> bytes:
    """A logo of one red pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def company(**names: str) -> bytes:
    """A cover with logo, fonts, chart, comment, table, rules and an extra sheet; `names` ask for figures."""
    workbook = Workbook()
    cover = workbook.active
    cover.title = "Cover"
    cover["A1"] = "ACME K.K. 稟議"
    cover["A1"].font = Font(name="Georgia", size=22, color="AA0000")
    cover["B3"].number_format = '"¥"#,##0'
    cover["B3"].fill = PatternFill("solid", fgColor="FFEECC")
    cover["A5"] = "Approved"
    cover["A5"].comment = Comment("by whom?", "legal")
    cover.oddHeader.center.text = "Confidential"
    choice = DataValidation(type="list", formula1='"yes,no"')
    choice.add("B5")
    cover.add_data_validation(choice)
    cover.conditional_formatting.add(
        "B3", CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill("solid"))
    )
    cover.add_image(Image(io.BytesIO(png())), "D1")
    extra = workbook.create_sheet("Budget")
    for row in (["line", "amount"], ["GPU", 3], ["people", 4]):
        extra.append(row)
    extra.add_table(Table(displayName="Lines", ref="A1:B3"))
    chart = BarChart()
    chart.add_data(Reference(extra, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    extra.add_chart(chart, "D2")
    for name, cell in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=cell)
    return saved(workbook)
