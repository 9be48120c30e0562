"""The Model Context Protocol server: the same answers and evidence, for assistants that call tools. `serving` starts it."""
