"""The product shown and measured from outside: people who use it, a demo, a bench, a campaign of faults."""
