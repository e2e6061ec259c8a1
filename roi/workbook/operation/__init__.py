"""A month of operation as a workbook: the page that is signed, and the sheets that compute its figures."""
