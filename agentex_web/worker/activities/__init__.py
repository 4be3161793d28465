"""What workflows have written for them: each writes rows first and tells the stream afterwards."""
