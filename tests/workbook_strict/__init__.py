"""What Excel is strict about, checked without Excel: a file with none of these faults opens without repair.

Excel checks more than is published; what it draws, prints and computes can be seen only in Excel itself.
"""

from tests.workbook_strict.package import package_faults

__all__ = ["package_faults"]
