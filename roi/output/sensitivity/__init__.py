"""How sure a decision is, as people and programs read it: the page, the JSON document, the charts."""
