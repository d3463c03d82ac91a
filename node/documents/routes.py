"""The table of documents: what other nodes read at which address.

Addresses that people open too are listed with the pages (`web/routes.py`).
"""

from node.documents import actors, collections, copies, files, nodeinfo, objects, webfinger
from node.documents.negotiation import for_peers
from node.http.routes import Route, get

NODE_LISTS = "{collection:outbox|followers|following|featured}"
ACTOR_LISTS = "{collection:outbox|followers|following|featured|moderators}"

ROUTES: tuple[Route, ...] = (
    get("/.well-known/webfinger", webfinger.webfinger),
    get("/.well-known/host-meta", webfinger.host_meta),
    get("/.well-known/nodeinfo", nodeinfo.nodeinfo_links),
    get("/nodeinfo/{version}", nodeinfo.nodeinfo),
    get("/actor", actors.node_document),
    get("/actor/communities", for_peers(actors.node_communities)),
    get(f"/actor/{NODE_LISTS}", collections.node_collection),
    get("/activities/{id}", for_peers(objects.activity_object)),
    get("/files/{name:[0-9a-f]{32}(?:-small)?[.](?:jpg|webp)}", files.file_object),
    get("/copies/{name:[0-9a-f]{32}(?:-small)?[.](?:jpg|webp)}", copies.copy_object),
    get("/stamps/{id}", for_peers(objects.stamp_object)),
    get("/posts/{id}/{collection:replies|context}", for_peers(collections.post_collection)),
    get(
        f"/{{folder:people|communities}}/{{name}}/{ACTOR_LISTS}",
        for_peers(collections.actor_collection),
    ),
)
