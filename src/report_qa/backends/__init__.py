"""One module for each third-party engine: it implements a port, and translates that library's errors."""
