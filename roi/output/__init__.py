"""A decision as people and programs read it: the JSON document, the page on the screen, the explanation."""
