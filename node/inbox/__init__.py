"""What other nodes send us: accepted, kept, applied in order."""
