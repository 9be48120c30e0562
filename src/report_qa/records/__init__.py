"""The records that pass between parts: frozen, slotted, keyword-only dataclasses that hold data and their invariants."""
