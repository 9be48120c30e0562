"""The HTTP interface: what the product can do, for programs. `application` puts it together, the other modules are its parts."""
