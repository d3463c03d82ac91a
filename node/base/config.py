"""The settings of a node: one file in its data folder, overridden by environment variables.

`HEDGEROW_SECTION__KEY` stands over `key` of `[section]` in `hedgerow.toml`; lists are separated by
commas there. What is missing has the default written here.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from federation.errors import Malformed
from federation.origin import origin_of
from node.base.errors import Refused, why_not

AGE_MAX = 99
FILE_NAME = "hedgerow.toml"
PREFIX = "HEDGEROW_"
TEST_NAMES = ("localhost", ".localhost", ".test", ".example", ".invalid")
NO_NODE = (
    "There is no node in {folder}. Make one with `hedgerow init`; if it was lost, bring it back"
    " from a backup with `hedgerow restore FILE`."
)


class NodeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[node]`: who we are. `url` never changes once other nodes know it.

    `kind`: on the node of a `clinic` an account is the organisation's own, which keeps out of what
    is personal (`topics/permissions/clinics.py`), unless it is said to be somebody's.
    `minimum_age`: how old people here are at least, in years; 0 asks nobody. `time_zone`: by which
    clocks pages show times, as the list of zones names it (IANA).
    """

    url: str
    name: str = "Hedgerow"
    kind: Literal["group", "clinic"] = "group"
    minimum_age: int = 18
    time_zone: str = "UTC"


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[database]`: an empty `url` is SQLite in the data folder."""

    url: str = ""


class FilesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[files]`: an empty `url` is the data folder, `s3://bucket/prefix` a store that speaks S3.

    `endpoint` is where that store is, if it is not Amazon's; without keys here those of the
    environment count (`node/db/blobs_s3.py`). `member_megabytes`: the room for each member's
    pictures, in MB (1,000,000 bytes). `remote_megabytes`: the room for copies of other nodes'
    pictures, where 0 keeps none; those that nobody looked at for `remote_days` go.
    """

    url: str = ""
    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    member_megabytes: int = 300
    remote_megabytes: int = 500
    remote_days: int = 30

    def __repr__(self) -> str:
        """Without the keys, wherever it is shown."""
        return f"FilesSettings(url={self.url!r}, member_megabytes={self.member_megabytes})"


class FederationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[federation]`: how we meet other nodes.

    `development` lets http and loopback through. `ca_file` is a certificate authority to trust
    beside the usual ones; `allowed_hosts` are `host:port` to reach on other ports than 443.
    `mode`: `open` meets every host that is not blocked, `closed` only those that are trusted.
    `authorized_fetch`: posts and collections are given only to nodes that sign the request.
    `hold_strangers`: what comes from hosts that nobody here has a relation with waits for a look;
    where it is not set, that is so in a closed circle alone.
    `arrivals_waiting_max` messages may wait to be applied before senders are asked to come back;
    how many of them of one origin stands in `arrivals/shares`.
    """

    mode: Literal["open", "closed"] = "open"
    development: bool = False
    authorized_fetch: bool = False
    ca_file: str = ""
    allowed_hosts: tuple[str, ...] = ()
    hold_strangers: bool | None = None
    arrivals_waiting_max: int = 20_000


class WebSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web]`: where we listen, and whose word about a client's address counts, in which header.

    `rate_limits` false is for measuring only. `search_engines` lets them in, to what those have
    agreed to whose words it is.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    rate_limits: bool = True
    search_engines: bool = False
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    forwarded_header: Literal["X-Forwarded-For", "Forwarded"] = "X-Forwarded-For"


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[log]`: JSON lines or words for a terminal, from `level` up, on standard error."""

    format: Literal["json", "console"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


class MetricsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[metrics]`: the private port for Prometheus, on loopback; 0 is none."""

    port: int = 0


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[backup]`: `to` is a folder in which a backup is made every so many hours; empty is none.

    The newest of each of the last days and weeks are kept.
    """

    to: str = ""
    every_hours: int = 24
    keep_daily: int = 7
    keep_weekly: int = 4


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. `data` is the folder they came from."""

    node: NodeSettings
    database: DatabaseSettings = DatabaseSettings()
    files: FilesSettings = FilesSettings()
    federation: FederationSettings = FederationSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    backup: BackupSettings = BackupSettings()
    data: Path = Path()

    @property
    def host(self) -> str:
        """`host[:port]` of our address, as it stands in handles."""
        return urlsplit(self.node.url).netloc

    @property
    def zone(self) -> ZoneInfo:
        """By which clocks pages show times."""
        return ZoneInfo(self.node.time_zone)


def read_config(folder: Path, environ: Mapping[str, str] | None = None) -> Config:
    """The settings of the node in `folder`.

    Raises:
        Refused: there is no node there, or a setting is not one that works.
    """
    path = folder / FILE_NAME
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise Refused(NO_NODE.format(folder=folder)) from None
    except NotADirectoryError:
        raise Refused(f"{folder} is no folder, or is inside a file.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {why_not(error)}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    for section, key, value in overrides(os.environ if environ is None else environ):
        values.setdefault(section, {})[key] = value
    try:
        config = msgspec.convert(values | {"data": folder}, Config, strict=False, dec_hook=as_path)
    except msgspec.ValidationError as error:
        raise Refused(f"A setting in {path} or the environment does not work: {error}.") from error
    check_config(config)
    return config


def as_path(kind: type, value: object) -> object:
    return Path(str(value)) if kind is Path else value


def overrides(environ: Mapping[str, str]) -> list[tuple[str, str, str | list[str]]]:
    """What the environment says, as (section, key, value)."""
    found: list[tuple[str, str, str | list[str]]] = []
    for name, text in environ.items():
        section, mark, key = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or not mark:
            continue
        is_list = (section, key) in LISTS
        found.append((section, key, [one for one in text.split(",") if one] if is_list else text))
    return found


LISTS = {("federation", "allowed_hosts"), ("web", "trusted_proxies")}


def check_config(config: Config) -> None:
    """Raise Refused unless the settings fit together."""
    check_url(config.node.url, config.federation.development)
    for text in config.web.trusted_proxies:
        try:
            ip_address(text)
        except ValueError:
            raise Refused(f"[web] trusted_proxies: {text} is not an address.") from None
    if not 0 <= config.web.port <= 65_535 or not 0 <= config.metrics.port <= 65_535:
        raise Refused("A port is a number from 0 to 65535.")
    check_backup(config.backup, config.data)
    check_files(config.files, config.federation.development)
    if not config.node.name.strip() or len(config.node.name) > 100:
        raise Refused("[node] name has 1 to 100 characters.")
    if not 0 <= config.node.minimum_age <= AGE_MAX:
        raise Refused(f"[node] minimum_age is a number of years from 0 to {AGE_MAX}.")
    check_zone(config.node.time_zone)


def check_zone(name: str) -> None:
    """Raise Refused unless there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            f"[node] time_zone: there is no {name!r}. Name one such as Europe/Berlin or UTC."
        ) from None


def check_files(files: FilesSettings, development: bool) -> None:
    """Raise Refused unless files can be kept as these settings say."""
    place, store = urlsplit(files.url), urlsplit(files.endpoint)
    if files.url and not (place.scheme == "s3" and place.netloc):
        raise Refused("[files] url has to be empty (the data folder) or like s3://bucket/prefix")
    schemes = ("https", "http") if development else ("https",)
    if files.endpoint and not (store.scheme in schemes and store.netloc):
        raise Refused("[files] endpoint has to begin with https://")
    if files.member_megabytes < 0:
        raise Refused("[files] member_megabytes is 0 or more.")


def check_backup(backup: BackupSettings, data: Path) -> None:
    """Raise Refused unless backups can be made as these settings say."""
    if backup.to and not Path(backup.to).is_absolute():
        raise Refused("[backup] to has to be a whole path, beginning with /.")
    if backup.to and Path(backup.to).is_relative_to(data.absolute()):
        raise Refused("[backup] to has to be outside of the data folder: it would be lost with it.")
    if min(backup.every_hours, backup.keep_daily, backup.keep_weekly) < 1:
        raise Refused("[backup] every_hours, keep_daily and keep_weekly are 1 or more.")


def check_url(url: str, development: bool) -> None:
    """Raise Refused unless a node may live at `url`."""
    try:
        is_bare = origin_of(url) == url
    except Malformed:
        is_bare = False
    if not is_bare:
        raise Refused("The address has to look like https://group.example, in small letters.")
    parts = urlsplit(url)
    if development and not is_for_tests(parts.hostname or ""):
        raise Refused("Development mode is for this machine only, not for a public name.")
    if parts.scheme != "https" and not development:
        raise Refused("The address has to begin with https://")


def is_for_tests(host: str) -> bool:
    """Whether a host is this machine, or a name that is reserved for tests (RFC 2606)."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return any(host == name.lstrip(".") or host.endswith(name) for name in TEST_NAMES)


def render_config(
    url: str, name: str, development: bool, database_url: str, kind: str = "group"
) -> str:
    """The text of a new settings file; in development the node itself listens at its address."""
    quoted = msgspec.json.encode
    text = f"[node]\nurl = {quoted(url).decode()}\nname = {quoted(name).decode()}\n"
    if kind != "group":
        text += f"kind = {quoted(kind).decode()}\n"
    if database_url:
        text += f"\n[database]\nurl = {quoted(database_url).decode()}\n"
    if development:
        text += "\n[federation]\ndevelopment = true\n"
    if development and (port := urlsplit(url).port) is not None:
        text += f"\n[web]\nport = {port}\n"
    return text


def write_config(folder: Path, text: str) -> None:
    """Write a new settings file; only its owner may read it. One that is there stays.

    Raises:
        FileExistsError: there is one.
        Refused: the folder cannot be made or written to; then no half of a file is left.
    """
    path = folder / FILE_NAME
    make_folder(folder)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise
    except OSError as error:
        raise Refused(f"Nothing can be written in {folder}: {why_not(error)}.") from error
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Refused(f"{path} cannot be written: {why_not(error)}.") from error


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into, unless it is there.

    Raises:
        Refused: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise Refused(
            f"{folder} is a file. Name a folder, or one that is not there yet."
        ) from error
    except OSError as error:
        raise Refused(f"The folder {folder} cannot be made: {why_not(error)}.") from error
