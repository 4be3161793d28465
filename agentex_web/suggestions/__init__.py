"""What a person may want to say next: written by a model after an answer, by setting."""
