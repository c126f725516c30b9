"""Numbers in addresses: those that can be the id of a row."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_ID = 2**31 - 1


class RowNumber(IntegerConverter):
    """An address with a number beyond every id is not found, before any database is asked."""

    def to_python(self, value: str) -> int:
        """The number, if a row may have it."""
        number: int = super().to_python(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number
