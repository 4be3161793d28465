"""Reading the files that people attach: by their content, in a process of its own, within limits."""
