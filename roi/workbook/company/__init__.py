"""A company's own template, filled without being damaged: parts stay byte for byte but where something is added."""
