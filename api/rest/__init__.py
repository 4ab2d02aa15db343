"""REST v1: JSON in, JSON out, for other systems and for whoever likes curl."""
