"""The settings of the platform: read once at start, from a file, the environment and the command line."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from skafu.kernel.errors import Invalid

PREFIX: Final = "SKAFU_"
NOT_OURS: Final = frozenset({"SKAFU_HOME", "SKAFU_CONFIG", "SKAFU_URL", "SKAFU_TOKEN"})
"""Variables with the prefix that are no settings of the platform: of the tools, and of the command line."""


def data_folder() -> Path:
    """Where an installation of one person keeps everything, unless it says otherwise."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "skafu"


def _from_here(folder: Path) -> Path:
    """A folder as it is meant where the program is started; addresses of what stands in it are made of it."""
    return folder.expanduser().absolute()


def _of_postgres(url: SecretStr | None) -> SecretStr | None:
    """The address of a PostgreSQL database; an empty one is none."""
    text = url.get_secret_value() if url is not None else ""
    if text and not re.match(r"postgres(ql)?://|[a-z_]+ *=", text):  # as libpq takes them: a URL, or names with values
        raise ValueError("it is no address of a PostgreSQL database (postgresql://USER:PASSWORD@HOST/NAME)")
    return url if text else None


def _network(text: str) -> str:
    """An address or a network, as what stands in front compares them: anything else would never fit."""
    ip_network(text)
    return text


def _origin(text: str) -> str:
    """An origin as browsers send it (RFC 6454): every page of the world is none, nor is one with a path."""
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", text):
        raise ValueError("it is no origin (https://app.example.org), in small letters and without a path")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text):
        raise ValueError("it is no name of a host (git.example.org), in small letters")
    return text


class Settings(BaseSettings):
    """What can be set. The variable of `port` is SKAFU_PORT; in a file it is `port = 8400`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )

    data: Annotated[Path, AfterValidator(_from_here)] = Field(
        default_factory=data_folder, description="The folder for everything that is kept in files."
    )
    database_url: Annotated[SecretStr | None, AfterValidator(_of_postgres)] = Field(
        None, description="A PostgreSQL database (libpq URL); without one, a SQLite file in the data folder."
    )
    host: str = Field("127.0.0.1", description="The address to listen on.", min_length=1)
    port: int = Field(8400, description="The port to listen on; 0 takes any that is free.", ge=0, le=65535)
    proxies: list[Annotated[str, AfterValidator(_network)]] = Field(
        ["127.0.0.1"],
        description="Addresses and networks of proxies that are believed when they say who calls (X-Forwarded-For).",
    )
    public_url: AnyHttpUrl | None = Field(None, description="How people reach the server, for links in mails.")
    workers: bool = Field(True, description="Whether this process also does the work that is waiting.")
    shards: int = Field(1, description="The parts that read models are cut into at their first start.", ge=1, le=64)
    quick_work: int = Field(8, description="Pieces of quick work at once in one process.", ge=1, le=256)
    heavy_work: int = Field(1, description="Proofs at once in one process.", ge=1, le=64)
    content_grace_days: int = Field(
        7,
        description="Days after which what a deleted project has left behind is removed, unless others use it.",
        ge=1,
        le=3650,
    )
    notice_seconds: float = Field(
        3,
        description="How long a process on PostgreSQL takes requests after SIGTERM while /readyz says that it leaves.",
        ge=0,
        le=600,
    )
    drain_seconds: float = Field(20, description="How long requests may go on after SIGTERM.", ge=0, le=600)
    request_seconds: float = Field(30, description="How long a request may take.", gt=0, le=600)
    body_bytes: int = Field(1_000_000, description="The largest body of a request.", ge=1_000)
    upload_bytes: int = Field(52_428_800, description="The largest upload of a template.", ge=1_000)
    template_hosts: list[Annotated[str, AfterValidator(_host)]] = Field(
        ["bitbucket.org", "codeberg.org", "github.com", "gitlab.com"],
        description="Hosts from which templates are read by git, over https.",
    )
    requests_per_second: float = Field(50, description="Requests of one caller, on average.", gt=0)
    requests_at_once: int = Field(200, description="Requests of one caller at once.", ge=1)
    sign_up: Literal["invited", "anybody"] = Field(
        "invited", description="Who may come in through an OpenID provider: those who were invited, or anybody."
    )
    oidc_name: str = Field(
        "google", description="What the OpenID provider is called in addresses.", pattern="^[a-z][a-z0-9-]{0,30}$"
    )
    oidc_issuer: AnyHttpUrl | None = Field(
        None, description="The OpenID provider (`https://accounts.google.com`); without one, passwords alone."
    )
    oidc_client_id: str = Field("", description="What the provider knows this installation by.", max_length=500)
    oidc_client_secret: SecretStr | None = Field(None, description="The secret that the provider gave with it.")
    cors_origins: list[Annotated[str, AfterValidator(_origin)]] = Field(
        [], description="Origins of web pages that may call the API."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    log_format: Literal["json", "text"] = Field("json", description="Lines of JSON, or lines for people.")
    smtp_url: SecretStr | None = Field(
        None, description="Where mail is handed in: smtp+starttls://USER:PASSWORD@HOST:587."
    )
    mail_sender: str = Field("skafu@localhost", description="Who mail is from.", pattern=r"^[^\s@]+@[^\s@]+$")
    webhooks_inside: bool = Field(False, description="Whether webhooks may go to private addresses and without TLS.")
    otlp_endpoint: AnyHttpUrl | None = Field(
        None, description="Where traces go (OTLP over HTTP); needs the extra `telemetry`."
    )
    github_client_id: str = Field("", description="The client id of the GitHub App; without it, GitHub is not set up.")
    github_app_slug: str = Field("", description="The name of the GitHub App in addresses.")
    github_private_key_file: Path | None = Field(None, description="The PEM file with the key of the GitHub App.")
    github_client_secret: SecretStr = Field(SecretStr(""), description="The client secret of the GitHub App.")
    github_webhook_secret: SecretStr = Field(SecretStr(""), description="Signs what GitHub sends.")
    github_webhook_secret_before: SecretStr = Field(
        SecretStr(""), description="The secret before that one, while it is replaced."
    )
    github_api_url: AnyHttpUrl = Field(AnyHttpUrl("https://api.github.com"), description="GitHub's API.")
    github_url: AnyHttpUrl = Field(AnyHttpUrl("https://github.com"), description="GitHub's pages.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line before the environment, the environment before the file."""
        del dotenv_settings, file_secret_settings
        file = os.environ.get("SKAFU_CONFIG")
        sources = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file))) if file else sources


def read_settings(given: Annotated[Mapping[str, object], "from the command line; none is left out"]) -> Settings:
    """Read all settings.

    Raises:
        Invalid: a setting is wrong or unknown; says which.
    """
    _refuse_unknown_variables()
    file = os.environ.get("SKAFU_CONFIG")
    if file and not Path(file).is_file():
        raise Invalid(f"SKAFU_CONFIG names no file: {file}", fix="give the path of a TOML file")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise Invalid(_in_words(error), fix="mend it in the environment, the file or the command line") from None
    except ValueError as error:
        raise Invalid(f"{file or 'a setting'} cannot be read: {error}", fix="mend the file") from None


def _refuse_unknown_variables() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | NOT_OURS
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            raise Invalid(
                f"{name} is no setting", fix=f"did you mean {near[0]}?" if near else "remove it from the environment"
            )


def _in_words(error: ValidationError) -> str:
    """What is wrong with which setting; values are left out, they may be secret."""
    return "; ".join(
        f"setting {'.'.join(str(part) for part in each['loc']) or '?'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    )
