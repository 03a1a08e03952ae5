"""The types of our columns: what every engine takes, and times in UTC."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator


def clean(text: str) -> str:
    """Replace what no database takes, NUL and lone surrogates: a hostile page must not stop its source."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "\ufffd")


class CleanText(TypeDecorator[str]):
    """A text that every engine takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 the base's signature
        """Clean it on the way in, in a condition too."""
        return None if value is None else clean(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused, since it could mean any zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the base's signature
        """Turn any aware time into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        try:
            return value.astimezone(UTC)
        except OverflowError:  # a publisher's first or last day of all, in a zone that leads beyond it
            return value.replace(tzinfo=UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the base's signature
        """Give it back in UTC, whether or not the engine kept the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
