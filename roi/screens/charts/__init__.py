"""Figures for the browser: one module a picture, each a function of an answer to a plotly figure."""
