"""A start that cannot go on, said in one line."""


class PreparationError(Exception):
    """What stands in the way and what to do about it, in one line for the person at the keyboard."""
