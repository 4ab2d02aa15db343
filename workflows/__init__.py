"""The flow: one durable workflow a complaint, which thinks with the rules, waits, and asks for acts."""
