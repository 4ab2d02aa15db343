"""Tools that make the generated pages; no room of the house imports them."""
