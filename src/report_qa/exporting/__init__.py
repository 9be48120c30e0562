"""Answers, conversations, checked texts and lists of evidence as files: one record of what is exported, one module a format."""
