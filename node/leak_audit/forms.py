"""What is sent to every address that changes something: the fields of each form, with all that can
be named put into them."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from node.leak_audit.addresses import Address, Values, filled

PAGES: Mapping[str, tuple[str, ...]] = {
    r"/another-name/{id:\d{1,19}}": ("user_name=newt&shown_name=Newt&answer=x&pledge=1",),
    "/askings/answer": ("community={number}&answer=x",),
    "/askings/back": ("community={number}",),
    "/block": ("actor={number}",),
    "/boost": ("post={number}",),
    "/communities/{name}/coming-in": ("question=x&inviting=members&vouches=0",),
    "/communities/{name}/hello": ("hello=0",),
    "/communities/{name}/invitations": ("uses=1&days=1",),
    "/communities/{name}/invitations/revoke": ("invitation=1",),
    "/communities/{name}/join": ("answer=x&pledge=1",),
    "/communities/{name}/members": (
        "deed=let_go&person={someone}&reason=x",
        "deed=organiser&person={someone}",
    ),
    "/communities/{name}/pledge": ("pledge=1",),
    "/communities/{name}/vouch": ("who=olive",),
    "/communities/{name}/waiting": (
        "decision=in&person={someone}",
        "decision=no&person={someone}&reason=x",
    ),
    r"/decisions/{kind:posts|places}/{id:\d{1,19}}": ("words=x",),
    r"/delete/{id:\d{1,19}}": ("",),
    r"/desk/{id:\d{1,19}}": ("deed=leave",),
    "/directory/join": ("community={iri}",),
    "/directory/listed": ("community={name}&listed=1",),
    r"/edit/{id:\d{1,19}}": ("text=x",),
    "/favourite": ("post={number}",),
    "/follow": ("actor={number}",),
    "/follow-only": ("actor={number}",),
    "/held": ("post={number}&deed=let_through",),
    "/go-on": ("name={number}",),
    "/join": ("actor={number}",),
    r"/leave/{id:\d{1,19}}": ("posts=keep", "posts=remove"),
    r"/moderate/elsewhere/{id:\d{1,19}}": ("deed=appoint&handle=olive",),
    r"/moderate/posts/{id:\d{1,19}}": ("deed=pin", "deed=remove", "deed=ban"),
    "/moderate/{name}": ("deed=appoint&handle=olive", "deed=unban&person={someone}"),
    "/moderate/{name}/waits": ("deed=add&kind=words&phrase=boots", "deed=first&wait=1"),
    "/mute": ("actor={number}",),
    "/new": ("parent={number}&text=x",),
    "/organise/{name}": ("title=x&step=change",),
    "/organise/{name}/close": ("",),
    "/organise/{name}/picture": ("off=yes",),
    "/organise/{name}/restore": ("",),
    r"/report/{kind:people|posts}/{id:\d{1,19}}": ("reason=other&words=x",),
    "/requests/accept": ("actor={number}",),
    "/requests/decline": ("actor={number}",),
    "/settings/moving/add": ("address={iri}",),
    "/settings/moving/drop": ("iri={iri}",),
    r"/settings/names/{id:\d{1,19}}/end": ("",),
    "/show-picture": ("post={number}&number=0",),
    "/unblock": ("actor={number}",),
    "/unboost": ("post={number}",),
    "/unfavourite": ("post={number}",),
    "/unfollow": ("actor={number}",),
    "/unmute": ("actor={number}",),
    "/vote": ("post={number}&choice=0",),
}
"""What each form of a page sends; what can be named stands in braces."""

NAMES_NOTHING = (
    "/elsewhere",
    "/invitation/{code}",
    "/invitation/{code}/join",
    "/invitation/{code}/name",
    "/make/community",
    "/neighbours/confirm",
    "/neighbours/{answer:accept|decline}",
    "/oauth/authorize",
    "/oauth/revoke",
    "/oauth/token",
    "/settings/account/agreed/end",
    "/settings/account/apps/end",
    "/settings/account/delete",
    "/settings/account/devices/end",
    "/settings/account/password",
    "/settings/card",
    "/settings/found",
    "/settings/moving/away",
    "/settings/moving/back",
    "/settings/profile",
    "/settings/take",
    "/sign-in",
    "/sign-out",
    "/waits",
)
"""Forms in which nothing that a community hides can be named: whoever sends one says something of
themselves, has an invitation in hand, or looks after the node."""

APPS: Mapping[str, tuple[str, ...]] = {
    "/api/v1/statuses": ("in_reply_to_id={number}&status=x",),
    "/api/v1/reports": ("account_id={number}&comment=x",),
    r"/api/v1/polls/{id:\d+}/votes": ("choices=0",),
    r"/api/hedgerow/v1/desk/{id:\d+}": ("deed=leave",),
    r"/api/hedgerow/v1/posts/{id:\d+}": ("deed=remove", "deed=restore"),
    r"/api/hedgerow/v1/decisions/{kind:places|posts}/{id:\d+}": ("words=x",),
    "/api/hedgerow/v1/communities/{name}/bans": ("person={someone}",),
    "/api/hedgerow/v1/communities/{name}/vouches": ("who=olive",),
    "/api/hedgerow/v1/communities/{name}/waits/filters": ("kind=words&phrase=boots",),
}
"""What is sent by an app beside the address itself; others are sent nothing."""


def forms(pattern: str, values: Values) -> Iterator[Address]:
    """Every address of a pattern with each form that can be sent there.

    Raises:
        LookupError: it is a form of a page, and nobody has said what it sends.
    """
    is_for_apps = pattern.startswith("/api/")
    if not is_for_apps and pattern in NAMES_NOTHING:
        return
    sent = APPS.get(pattern, ("",)) if is_for_apps else PAGES.get(pattern)
    if sent is None:
        raise LookupError(f"{pattern}: nobody has said in node/leak_audit/forms.py what it sends")
    quoted = {kind: [quote(one, safe="") for one in values[kind]] for kind in values}
    for path in filled(pattern, values):
        for template in sent:
            for body in filled(template, quoted):
                yield Address(pattern, path, body)
