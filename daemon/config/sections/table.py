"""What the tables of config.toml are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Tag
from pydantic.types import Discriminator

from daemon.config.fields import (
    AliasLanguage,
    Language,
    Name,
    Text,
)


class SecretBearing:
    """Marks a text that may be a reference to a secret, or the secret itself."""


class Table(BaseModel):
    """A table of the file: strict types, and no key that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


SecretText = Annotated[
    str,
    SecretBearing(),
    Field(
        min_length=1,
        examples=["env:NAME", "file:PATH", "credential:NAME"],
    ),
]
Texts = list[Text]
Names = list[Name]
Languages = list[Language]
Aliases = Annotated[
    Annotated[list[Text], Tag("list")] | Annotated[dict[AliasLanguage, list[Text]], Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, dict) else "list"),
]
