"""The sheets that people read, one module each: from the live calculation and what the command knows."""
