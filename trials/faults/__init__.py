"""Faults on purpose: a seeded campaign of kills and outages under load, and the reckoning after it."""
