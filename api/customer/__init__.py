"""Pages for customers, by link or by number, without script."""
