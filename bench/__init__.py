"""Measured joules, seconds and quality of one image-generation configuration."""
