"""One running node: its store, its gate, its workers, and what it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from federation.gate import Gate
from federation.jsonld import Expander, Plain, only_plain
from federation.limits import POLITE_EVERY_S, REQUEST_BODY_BYTES_MAX
from node import __version__
from node.api.routes import AROUND_ERRORS, add_client_api
from node.api.routes import MIDDLEWARES as API_MIDDLEWARES
from node.clock import Clock
from node.config import Config
from node.control import open_door
from node.db.database import Database
from node.db.open import open_database
from node.desk import Desk, Task
from node.errors import Refused
from node.inbox.accept import Inbox
from node.inbox.fetch import Fetcher
from node.inbox.manners import DEVELOPMENT_POLITE_EVERY_S, HostManners
from node.inbox.resolve import HomeResolver
from node.listener import listen, note_client
from node.metrics import Metrics
from node.outbox.keys import node_key
from node.peers.book import PeerBook
from node.peers.opening import opened_book
from node.problems import answer_problems
from node.shell import SHELL, Resolver, Shell
from node.web.routes import MIDDLEWARES as WEB_MIDDLEWARES
from node.web.routes import ROUTES as WEB_ROUTES
from node.working import working

log = structlog.get_logger()

INBOXES = ("/inbox", "/actor/inbox", "/people/{name}/inbox", "/communities/{name}/inbox")


@asynccontextmanager
async def running_node(config: Config, clock: Clock) -> AsyncIterator[web.Application]:
    """A node at work, as the application that answers for it; it stops at the end.

    Raises:
        Refused: the store cannot be opened, or the node was not made by `hedgerow init`.
    """
    db = await open_database(config.database.url, config.data, clock.now())
    try:
        await check_made(db)
        peers, expander = await opened_book(config, db), Expander()
        manners = manners_of(config, clock, db, peers)
        gate = gate_of(config, clock, expander.plain, peers.may_ask, manners)
        try:
            async with working(config, clock, db, gate, expander, peers) as (shell, inbox):
                yield make_app(shell, inbox)
        finally:
            await gate.close()
            await expander.close()
    finally:
        await db.close()


async def check_made(db: Database) -> None:
    """Raise Refused unless the node has an actor of its own."""
    try:
        await db.read(node_key)
    except LookupError as error:
        raise Refused("This node is not made yet. Run `hedgerow init`.") from error


def manners_of(config: Config, clock: Clock, db: Database, peers: PeerBook) -> HostManners:
    """How we ask other servers; in development neither seldom nor slowly."""
    is_quick = config.federation.development
    return HostManners(
        db,
        clock,
        peers,
        polite_every_s=DEVELOPMENT_POLITE_EVERY_S if is_quick else POLITE_EVERY_S,
        is_counted=config.web.rate_limits and not is_quick,
    )


def gate_of(
    config: Config,
    clock: Clock,
    plain: Plain = only_plain,
    may_ask: Callable[[str], bool] = lambda authority: True,
    manners: HostManners | None = None,
) -> Gate:
    """The one gate of a process; without manners for the operator's own questions."""
    return Gate(
        may_ask=may_ask,
        now=clock.now,
        user_agent=f"Hedgerow/{__version__} (+{config.node.url})",
        development=config.federation.development,
        ca_file=config.federation.ca_file or None,
        allowed_hosts=config.federation.allowed_hosts,
        plain=plain,
        manners=manners,
    )


@asynccontextmanager
async def way_out(
    config: Config, clock: Clock, db: Database, peers: PeerBook
) -> AsyncIterator[Resolver]:
    """How a command finds people of other nodes while the node itself does not run."""
    gate = gate_of(config, clock, may_ask=peers.may_ask)
    try:
        yield HomeResolver(config, db, gate, Fetcher(db, gate, clock))
    finally:
        await gate.close()


def make_app(shell: Shell, inbox: Inbox) -> web.Application:
    """The application: what is asked first, and every route."""
    app = web.Application(
        client_max_size=REQUEST_BODY_BYTES_MAX,
        middlewares=[
            note_client(shell.config.web.trusted_proxies),
            *AROUND_ERRORS,
            answer_problems,
            *API_MIDDLEWARES,
            *WEB_MIDDLEWARES,
        ],
    )
    app[SHELL] = shell
    app.add_routes([web.post(path, inbox.post) for path in INBOXES])
    add_client_api(app)
    app.add_routes(WEB_ROUTES)
    return app


@asynccontextmanager
async def metrics_port(config: Config, metrics: Metrics) -> AsyncIterator[None]:
    """`/metrics` on the private port, if the settings name one."""
    if not config.metrics.port:
        yield
        return

    async def show(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), content_type="text/plain")

    app = web.Application()
    app.router.add_get("/metrics", show)
    listener = await listen(app, "127.0.0.1", config.metrics.port)
    try:
        yield
    finally:
        await listener.stop()


async def serve(
    config: Config,
    host: str,
    port: int,
    clock: Clock,
    stop: asyncio.Event,
    tasks: Mapping[str, Task],
) -> None:
    """Run the node until `stop`, doing `tasks` for commands given meanwhile.

    Raises:
        Refused: it cannot start.
    """
    async with running_node(config, clock) as app:
        trusted = config.web.trusted_proxies
        listener = await listen(app, host, port, trusted=trusted)
        running = app[SHELL]
        desk = Desk(config, running.db, clock, running.peers, running.resolver)
        try:
            async with metrics_port(config, app[SHELL].metrics), open_door(desk, tasks):
                log.info("node_started", url=config.node.url, host=host, port=listener.port)
                await stop.wait()
        finally:
            await listener.stop()
    log.info("node_stopped")
