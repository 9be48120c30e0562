"""The doors: ways in and out. They decide nothing; each gives the same Answer in its own form."""
