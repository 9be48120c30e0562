"""The stages of answering: one function each, records in and records out. Only `report_qa.assistant` knows their order."""
