"""What staff announce to everybody, at the top of all pages."""
