"""Meters: what they read, how they are opened, and the energy of one window of work."""
