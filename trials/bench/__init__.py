"""The bench: what the desk costs and how punctual it is, measured on the real thing; `make bench` runs it."""
