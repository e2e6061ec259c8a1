"""The plan as people and programs read it: page, JSON, charts."""
