"""The doors for people and systems: REST, staff pages, customer pages, and the codec server for engineers."""
