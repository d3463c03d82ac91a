"""The one table of pages and documents."""

from aiohttp import web
from aiohttp.typedefs import Middleware

from node.web import documents, wellknown

MIDDLEWARES: tuple[Middleware, ...] = ()
ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/.well-known/webfinger", wellknown.webfinger),
    web.get("/.well-known/host-meta", wellknown.host_meta),
    web.get("/.well-known/nodeinfo", wellknown.nodeinfo_links),
    web.get("/nodeinfo/{version}", wellknown.nodeinfo),
    web.get("/healthz", wellknown.healthz),
    web.get("/readyz", wellknown.readyz),
    web.get("/actor", documents.node_document),
    web.get("/people/{name}", documents.person_document),
    web.get("/communities/{name}", documents.community_document),
    web.get("/posts/{id}", documents.post_object),
    web.get("/activities/{id}", documents.activity_object),
    web.get("/posts/{id}/{collection:replies|context}", documents.post_collection),
    web.get(
        "/{folder:people|communities}/{name}"
        "/{collection:outbox|followers|following|featured|moderators}",
        documents.actor_collection,
    ),
)
