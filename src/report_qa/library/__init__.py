"""The library on disk: kept originals, immutable editions, and the pointer to the current one."""
