"""The input workbook: a scenario as rows of a sheet, written with validation and read as a person would read it."""
