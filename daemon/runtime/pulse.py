"""What a running daemon notes of itself every few seconds, for `tocsin status` to read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Pulse:
    """Who runs since when, on which configuration, and why a newer one was refused ("" if none was).

    The last of them says that it is not `running` any more; one that was killed says nothing.
    """

    KEY: ClassVar = "pulse"

    pid: int
    started: datetime
    config: str
    refused: str = ""
    running: bool = True
    in_flight: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "started": self.started.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(**{**value, "started": datetime.fromisoformat(value["started"])})
