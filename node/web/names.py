"""One's other names: joining a community under one, going on under one, and ending one."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from federation.signatures import make_keys
from node.base.errors import Conflict, Invalid, NotAllowed, Problem
from node.base.ids import new_token
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.sign_in import COOKIE
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.admissions.another_name import (
    WantedName,
    check_may_join_as_another,
    community_to_join,
    join_as_another,
)
from node.topics.admissions.pledges import Pledge, current_pledge
from node.topics.communities.store import Community, community_by_actor
from node.topics.portability.names import (
    OwnName,
    end_name,
    go_on_as,
    name_of,
    own_names,
)
from node.web.render import page, page_of

HERE = "/settings/names"
MAKING = "/another-name"
CODE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A community that somebody would join under another name, and what it asks of them; of one
    elsewhere that is not known. `asks_first`: they are let in by hand."""

    group: Actor
    community: Community | None
    pledge: Pledge | None
    code: str

    @property
    def asks_first(self) -> bool:
        """Whether the form asks for an answer to those who let people in."""
        is_asking = self.community is not None and self.community.place.joining == "approval"
        return is_asking and not self.code


def read_entry(tx: Tx, person: Person, group_id: int, code: str, now: int) -> Entry:
    """A community that somebody may join under another name.

    Raises:
        NotFound: there is none that they may know of.
        NotAllowed: they may make no name now, or are in it already.
    """
    group = community_to_join(tx, person.actor, group_id, code, now)
    check_may_join_as_another(tx, person.account, person.actor, group, now)
    community = community_by_actor(tx, group.id) if group.local else None
    return Entry(group, community, current_pledge(tx, group.id), code)


async def get_making(request: web.Request) -> web.StreamResponse:
    """`/another-name/ID`, with `code` where one is invited: the form."""
    person = signed_in(request)
    params = Params(list(request.query.items()))
    return await making_page(request, person, params, None)


async def making_page(
    request: web.Request, person: Person, params: Params, wrong: Problem | None
) -> web.Response:
    services, code = request.app[SERVICES], params.text("code")[:CODE_CHARACTERS_MAX]
    number = int(request.match_info["id"])
    entry = await services.db.read(read_entry, person, number, code, services.clock.now())
    return page(
        request,
        "names/make.html",
        int(wrong.status) if wrong else 200,
        entry=entry,
        user_name=params.text("user_name"),
        shown_name=params.text("shown_name"),
        answer=params.text("answer"),
        wrong=wrong.sentence if wrong else "",
    )


async def post_making(request: web.Request) -> web.StreamResponse:
    """The form of `/another-name/ID`: the name is made, joins, and is the one to go on under."""
    person, params = await form_of(request)
    services, number = request.app[SERVICES], int(request.match_info["id"])
    wanted = WantedName(
        origin=services.config.node.url,
        name=params.text("user_name"),
        shown_name=params.text("shown_name"),
        keys=await asyncio.to_thread(make_keys),
        code=params.text("code")[:CODE_CHARACTERS_MAX],
        answer=params.text("answer"),
        pledge=params.number("pledge"),
    )
    session = request.cookies.get(COOKIE, "")
    try:
        group = await services.db.write(
            make_and_go_on, person, number, wanted, session, services.clock.now()
        )
    except (Invalid, Conflict, NotAllowed) as problem:
        return await making_page(request, person, params, problem)
    services.wake_sender()
    return see_other(page_of(group))


def make_and_go_on(
    tx: Tx, person: Person, group_id: int, wanted: WantedName, session: str, now: int
) -> Actor:
    name, group = join_as_another(tx, person.account, group_id, wanted, now)
    go_on_as(tx, person.account, session, name.id)
    return group


async def post_go_on(request: web.Request) -> web.StreamResponse:
    """`/go-on`: under the name that the form says, or under one's own where it says none."""
    person, params = await form_of(request)
    services, session = request.app[SERVICES], request.cookies.get(COOKIE, "")
    number = id_of(params.text("name")) if params.text("name") else None
    name = await services.db.write(go_on_as, person.account, session, number)
    if name is None:
        return see_other("/")
    return see_other(page_of(name.community) if name.community else "/")


async def get_names(request: web.Request) -> web.StreamResponse:
    """`/settings/names`: one's other names."""
    person = signed_in(request)
    found = await request.app[SERVICES].db.read(own_names, person.account.id)
    return page(request, "names/names.html", names=found)


async def get_end(request: web.Request) -> web.StreamResponse:
    """`/settings/names/ID/end`: what ending a name does."""
    person = signed_in(request)
    return end_page(request, await read_name(request, person), "")


async def read_name(request: web.Request, person: Person) -> OwnName:
    number = int(request.match_info["id"])
    return await request.app[SERVICES].db.read(name_of, person.account.id, number)


def end_page(request: web.Request, name: OwnName, wrong: str) -> web.Response:
    status = NotAllowed.status if wrong else 200
    return page(request, "names/end.html", status, name=name, wrong=wrong)


async def post_end(request: web.Request) -> web.StreamResponse:
    """The form of `/settings/names/ID/end`: the name is gone, and the page says where to look."""
    person, _ = await form_of(request)
    services, key = request.app[SERVICES], new_token()
    name = await read_name(request, person)
    try:
        await services.db.write(
            end_name, person.account.id, name.actor.id, services.clock.now(), key
        )
    except NotAllowed as problem:
        return end_page(request, name, problem.sentence)
    services.wake_sender()
    return page(request, "names/ended.html", key=key)
