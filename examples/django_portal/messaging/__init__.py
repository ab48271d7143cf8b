"""Messages: written by people of the house, read by those they were sent to."""
