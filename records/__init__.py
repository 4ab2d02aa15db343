"""Persistence: everything PostgreSQL keeps, and all the SQL there is."""
