"""Pages for staff, made on the server, without script."""
