"""What is written for a person is written whole or not at all, and only where they said."""
