"""A company's own workbook filled with a report: `fill_template` adds the report's sheets behind the company's own.

openpyxl would drop what it does not know. Here the work is done on the parts of the package, and only where
something is added: a part that is not named below under "mended" stays byte for byte as it was.

A cell asks for a figure of the report through a defined name that begins with `roi_`, such as `roi_npv`. It gets
a formula that refers to the report's cell, with the cell's value beside it; its own format stays. A name that means
cells in a row or a column gets a figure of every year, such as `roi_cost_by_year`. A formula may also use such a
name without the template defining it. A name that a report does not know is left as it is and named in
`Filled.left`; the cell of one for which this report has nothing, such as a net present value where nobody says what
happens today, is emptied and named in `Filled.empty`. `tried` tells what is wrong before anything is computed.

Survives, byte for byte
    Pictures and logos in cells, headers and footers; drawings, shapes, charts and chart sheets; theme; other
    sheets with their tables, pivot tables, slicers, comments, validations, conditional formats, extensions;
    shared texts; data connections; custom XML; document properties; print settings.

Mended
    - `xl/workbook.xml`, its relations and the content types: the report's sheets, its names and their scopes are
      added behind the template's own. The file is computed when it is opened and after every change, also where
      the template had switched that off. A template file (`.xltx`) becomes a workbook.
    - The style sheet: the report's styles are added behind the template's, whose numbers stay. A style that both
      have under one name (or that Excel itself numbers, such as Normal, 標準) looks as the template wants it; a
      number format that a single cell of the report sets is kept. Colours of conditional formats are the report's.
    - A sheet with anchors: the cells asked for. What is computed from them, on any sheet and in charts, gets its
      new value through LibreOffice; without it, or without the function it needs, the old value is taken out and
      the cell is named in `Filled.uncomputed`. A text box that shows such a cell is emptied until Excel opens the
      file.
    - The chain of calculation is left out; a program makes it anew.
    - Parts of the report get names that the template does not use, and so do its sheets: `Inputs` becomes
      `Inputs (roi)` beside a sheet of that name. A name of a cell that the template has stays the template's.
      Shared texts become texts in the cells.

Refused in a sentence
    Macros, also of Excel 4; links to other files (hyperlinks may stay); a password; a signature; a zip bomb; an
    old `.xls`, `.xlsb`, `.ods`; Strict Open XML; days counted from 1904; precision as displayed; the old sharing
    with a history of changes; a template that asks for nothing; an anchor in the heading or the totals of a table,
    in a pivot table, in the hidden part of merged cells, or on a formula that other cells share.

Not supported
    - Pivot tables wait for a refresh, as always. Charts of the newer kind (waterfall, treemap and such) show the
      template's old figures until Excel opens the file.
    - Text boxes, headers and footers are not filled. A text box or a chart's title can refer to a filled cell.
    - The list of sheets in the document properties is the template's until the file is saved.
    - The report's columns are as many characters wide as before, and a character is as wide as one of the
      template's Normal style.
    - Without Excel it was checked that the files open in openpyxl and LibreOffice and have no fault that
      `tests.workbook_strict` knows.
"""

from roi.workbook.company.fill import Filled, fill_template, tried

__all__ = ["Filled", "fill_template", "tried"]
