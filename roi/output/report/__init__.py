"""The words of the report: what its pages say beside live figures, and the report as one page of Markdown."""
