"""One running node: its store, its gate, its workers, and what it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from federation.jsonld import Expander
from federation.limits import POLITE_EVERY_S, REQUEST_BODY_BYTES_MAX
from federation.signatures import make_keys
from node.api.caches import API_CACHE, ApiCache
from node.api.cors import allow_origins
from node.api.routes import ROUTES as API_ROUTES
from node.arrivals.host_rates import DEVELOPMENT_POLITE_EVERY_S, HostRates
from node.base.clock import Clock
from node.base.config import Config
from node.base.errors import Refused
from node.base.gate_from_config import gate_of
from node.base.metrics import Metrics
from node.cli.context import CommandContext, Task
from node.cli.control_socket import open_control_socket
from node.db.database import Database
from node.db.open import open_database
from node.documents.routes import ROUTES as DOCUMENT_ROUTES
from node.http.client_address import note_client
from node.http.conditional import LAST_CHANGES, LastChanges
from node.http.counted_usage import USAGE_CACHE, UsageCache
from node.http.even_times import answer_at_even_times
from node.http.health import LAST_TRY, LastTry
from node.http.health import ROUTES as HEALTH_ROUTES
from node.http.listener import listen
from node.http.own_address import check_own_address
from node.http.problems import ERROR_PAGE, Handler, answer_problems
from node.http.rate_limits import MESSAGES, limit_rate
from node.http.routes import add_routes, post
from node.http.search_engines import keep_from_search
from node.http.services import SERVICES, Services
from node.http.sessions import note_person
from node.http.uploads import UPLOADING
from node.http.uploads_at_once import Uploads
from node.http.uses import USES, Uses, note_use
from node.leak_audit.audit import Report, audit
from node.outbox.signing_keys import node_key
from node.peers.policy_cache import PolicyCache, open_policy_cache
from node.topics.actors.actions import has_reporter, make_reporter
from node.web.render import error_page
from node.web.routes import ROUTES as WEB_ROUTES
from node.workers import working

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
        await check_made(db, clock)
        await complete_actors(db, config, clock)
        peers, expander = await open_policy_cache(config, db), Expander()
        pacing = host_rates_of(config, clock, db, peers)
        gate = gate_of(config, clock, expander.plain, peers.may_ask, pacing)
        try:
            async with working(config, clock, db, gate, expander, peers) as (services, inbox):
                yield make_app(services, inbox.post)
        finally:
            await gate.close()
            await expander.close()
    finally:
        await db.close()


async def check_made(db: Database, clock: Clock) -> None:
    """Raise Refused unless the node has an actor of its own."""
    try:
        await db.read(node_key, clock.now())
    except LookupError as error:
        raise Refused("This node is not made yet. Run `hedgerow init`.") from error


async def complete_actors(db: Database, config: Config, clock: Clock) -> None:
    """Make whom the node reports as, unless an earlier start has."""
    if await db.read(has_reporter):
        return
    keys = await asyncio.to_thread(make_keys)
    await db.write(make_reporter, config.node.url, config.node.name, keys, clock.now())


def host_rates_of(config: Config, clock: Clock, db: Database, peers: PolicyCache) -> HostRates:
    """How we ask other servers; in development neither seldom nor slowly."""
    is_quick = config.federation.development
    return HostRates(
        db,
        clock,
        peers,
        polite_every_s=DEVELOPMENT_POLITE_EVERY_S if is_quick else POLITE_EVERY_S,
        is_counted=config.web.rate_limits and not is_quick,
    )


def make_app(services: Services, receive: Handler) -> web.Application:
    """The application: what is asked first, and every route; `receive` takes what peers send."""
    web_settings = services.config.web
    app = web.Application(
        client_max_size=REQUEST_BODY_BYTES_MAX,
        middlewares=[
            answer_at_even_times,
            note_client(web_settings.trusted_proxies, web_settings.forwarded_header),
            allow_origins,
            keep_from_search,
            answer_problems,
            check_own_address,
            limit_rate,
            note_person,
            note_use,
        ],
    )
    app[USES] = Uses()
    app[SERVICES], app[API_CACHE], app[USAGE_CACHE], app[ERROR_PAGE] = (
        services,
        ApiCache(),
        UsageCache(),
        error_page,
    )
    app[LAST_TRY] = LastTry()
    app[LAST_CHANGES] = LastChanges()
    app[UPLOADING] = Uploads()
    inboxes = [post(path, receive, limit=MESSAGES) for path in INBOXES]
    add_routes(app, (*inboxes, *API_ROUTES, *HEALTH_ROUTES, *DOCUMENT_ROUTES, *WEB_ROUTES))
    return app


async def audit_leaks(config: Config, clock: Clock) -> Report:
    """Look for leaks in a made-up node with these settings."""
    return await audit(config, clock.now(), make_app)


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
    ready: Callable[[int], None],
) -> None:
    """Run the node until `stop`, doing `tasks` for commands given meanwhile.

    `ready` is called once it answers, with the port where it listens.

    Raises:
        Refused: it cannot start.
    """
    async with running_node(config, clock) as app:
        trusted = config.web.trusted_proxies
        listener = await listen(app, host, port, trusted=trusted)
        running = app[SERVICES]
        context = CommandContext(config, running.db, clock, running.peers, running.resolver)
        try:
            async with (
                metrics_port(config, app[SERVICES].metrics),
                open_control_socket(context, tasks),
            ):
                log.info("node_started", url=config.node.url, host=host, port=listener.port)
                ready(listener.port)
                await stop.wait()
        finally:
            await listener.stop()
    log.info("node_stopped")
