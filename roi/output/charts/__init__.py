"""Charts of an answer in one grammar, Vega-Lite: the browser draws it, and so do files. One module a subject."""
