"""The only hands: each activity does one thing, and twice is once."""
