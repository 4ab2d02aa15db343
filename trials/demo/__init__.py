"""The demo: two dozen complaints as a service department knows them, played through the running product."""
