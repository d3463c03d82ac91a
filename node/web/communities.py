"""Making a community, changing it, closing it down and opening it again, on pages."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from federation.signatures import make_keys
from node.base.errors import Invalid, Problem
from node.base.markup import text_of_html
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor
from node.topics.communities.rules import check_community
from node.topics.communities.store import Community
from node.topics.communities.words import reach_in_words, seen_by_strangers
from node.topics.members.actions import Founding
from node.topics.organising.actions import change, close_down, found, known, organised, restore
from node.topics.organising.rules import (
    Settings,
    check_settings,
    is_moved,
    is_wider,
    name_for,
    shuts_out,
    takes_from_elsewhere,
)
from node.topics.organising.store import communities_with
from node.topics.permissions.rules import Place
from node.web.render import page

MAKING = "/make/community"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCommunity:
    """What stands in the form about a community: what was typed, or how things are."""

    title: str = ""
    name: str = ""
    about: str = ""
    rules: str = ""
    language: str = ""
    topics: str = ""
    visibility: str = "node"
    joining: str = "open"
    posting: str = "members"
    elsewhere: bool = False
    shows_members: bool = True

    @property
    def place(self) -> Place:
        """The community as it would be."""
        return Place(
            door=self.visibility,
            elsewhere=self.elsewhere and self.visibility in ("closed", "hidden"),
            posting=self.posting,
            joining=self.joining,
            shows_members=self.shows_members,
        )

    @property
    def settings(self) -> Settings:
        """What is to be changed."""
        return Settings(
            title=self.title,
            about=self.about,
            rules=self.rules,
            language=self.language,
            topics=self.topics,
            visibility=self.visibility,
            elsewhere=self.elsewhere,
            joining=self.joining,
            posting=self.posting,
            shows_members=self.shows_members,
        )


def typed_in(params: Params) -> TypedCommunity:
    return TypedCommunity(
        title=params.text("title").strip(),
        name=params.text("name").strip().lower(),
        about=params.text("about"),
        rules=params.text("rules"),
        language=params.text("language").strip(),
        topics=params.text("topics"),
        visibility=params.text("visibility", "node"),
        joining=params.text("joining", "open"),
        posting=params.text("posting", "members"),
        elsewhere=params.flag("elsewhere"),
        shows_members=params.flag("shows_members"),
    )


def typed_of(group: Actor, community: Community) -> TypedCommunity:
    """The form about a community as it is."""
    return TypedCommunity(
        title=group.title,
        name=community.name,
        about=text_of_html(group.summary),
        rules=community.rules,
        language=community.language,
        topics=community.topics,
        visibility=community.visibility,
        joining=community.joining,
        posting=community.posting,
        elsewhere=community.elsewhere,
        shows_members=community.shows_members,
    )


async def get_making(request: web.Request) -> web.StreamResponse:
    """`/make/community`: the form."""
    signed_in(request)
    return making_page(request, TypedCommunity())


def making_page(
    request: web.Request, typed: TypedCommunity, wrong: Problem | None = None
) -> web.Response:
    return page(
        request,
        "communities/make.html",
        int(wrong.status) if wrong else 200,
        typed=typed,
        wrong=wrong.sentence if wrong else "",
        action=MAKING,
    )


async def post_making(request: web.Request) -> web.StreamResponse:
    """The form of `/make/community`: first it is shown what it will be, then it is made."""
    person, params = await form_of(request)
    services, typed = request.app[SERVICES], typed_in(params)
    try:
        check_community(typed.title, typed.visibility, typed.joining, typed.posting)
        check_settings(typed.settings)
        if params.text("step") == "back":
            return making_page(request, typed)
        if params.text("step") != "make":
            shown = replace(typed, name=typed.name or name_for(typed.title))
            return preview_page(request, shown)
        keys = await asyncio.to_thread(make_keys)
        founding = Founding(
            origin=services.config.node.url,
            name=typed.name,
            title=typed.title,
            visibility=typed.visibility,
            joining=typed.joining,
            posting=typed.posting,
            elsewhere=typed.elsewhere,
        )
        group = await services.db.write(
            found, person.actor, founding, typed.settings, keys, services.clock.now()
        )
    except Problem as problem:
        return making_page(request, typed, problem)
    return see_other(f"/communities/{group.name}")


def preview_page(request: web.Request, typed: TypedCommunity) -> web.Response:
    return page(
        request,
        "communities/preview.html",
        typed=typed,
        action=MAKING,
        reach=reach_in_words(typed.place),
        seen=seen_by_strangers(typed.place),
    )


async def get_own(request: web.Request) -> web.StreamResponse:
    """`/organise`: the communities of ours that one belongs to, with those that are closed down."""
    person = signed_in(request)
    found_here = await request.app[SERVICES].db.read(communities_with, person.actor.id)
    return page(request, "communities/own.html", listed=found_here)


async def get_settings(request: web.Request) -> web.StreamResponse:
    """`/organise/NAME`: what a community says of itself, for who organises it."""
    person, name = signed_in(request), request.match_info["name"]
    group, community = await request.app[SERVICES].db.read(read_organised, person.actor, name)
    return settings_page(request, group, community, typed_of(group, community))


def read_organised(tx: Tx, me: Actor, name: str) -> tuple[Actor, Community]:
    group = organised(tx, me, name)
    return group, known(tx, group)


def settings_page(
    request: web.Request,
    group: Actor,
    community: Community,
    typed: TypedCommunity,
    wrong: Problem | None = None,
    wrong_picture: str = "",
) -> web.Response:
    """The page; where something is wrong it says so, of the picture beside it."""
    return page(
        request,
        "communities/settings.html",
        int(wrong.status) if wrong else Invalid.status if wrong_picture else 200,
        group=group,
        community=community,
        typed=typed,
        wrong=wrong.sentence if wrong else "",
        wrong_picture=wrong_picture,
        is_changed="changed" in request.query and not (wrong or wrong_picture),
        action=f"/organise/{community.name}",
    )


async def post_settings(request: web.Request) -> web.StreamResponse:
    """The form of `/organise/NAME`; of another door it asks once more, and says what it does."""
    person, params = await form_of(request)
    services, name, typed = request.app[SERVICES], request.match_info["name"], typed_in(params)
    group, community = await services.db.read(read_organised, person.actor, name)
    typed = replace(typed, name=name)
    try:
        check_community(typed.title, typed.visibility, typed.joining, typed.posting)
        check_settings(typed.settings)
        step = params.text("step")
        if step == "back":
            return settings_page(request, group, community, typed)
        if step != "change" and is_moved(community.place, typed.place):
            return door_page(request, group, community, typed)
        await services.db.write(
            change_named, person.actor, name, typed.settings, services.clock.now()
        )
    except Problem as problem:
        return settings_page(request, group, community, typed, problem)
    services.wake_sender()
    return see_other(f"/organise/{name}?changed=yes")


def change_named(tx: Tx, me: Actor, name: str, settings: Settings, now: int) -> None:
    change(tx, me, organised(tx, me, name), settings, now)


def door_page(
    request: web.Request, group: Actor, community: Community, typed: TypedCommunity
) -> web.Response:
    """What another door does, before it is done."""
    before, after = community.place, typed.place
    return page(
        request,
        "communities/door.html",
        group=group,
        community=community,
        typed=typed,
        action=f"/organise/{community.name}",
        is_shutting=shuts_out(before, after),
        ends_elsewhere=takes_from_elsewhere(before) and not takes_from_elsewhere(after),
        is_shut_to_all=before.door == "public",
        is_opening=is_wider(before, after),
        reach=reach_in_words(after),
        seen=seen_by_strangers(after),
    )


async def get_closing(request: web.Request) -> web.StreamResponse:
    """`/organise/NAME/close`: what closing down does."""
    person, name = signed_in(request), request.match_info["name"]
    group, community = await request.app[SERVICES].db.read(read_organised, person.actor, name)
    return page(request, "communities/close.html", group=group, community=community)


async def post_closing(request: web.Request) -> web.StreamResponse:
    """The form of `/organise/NAME/close`."""
    return await done(request, close_down)


async def post_restoring(request: web.Request) -> web.StreamResponse:
    """`/organise/NAME/restore`"""
    return await done(request, restore)


async def done(request: web.Request, doing: Any) -> web.StreamResponse:
    """Do something about a community that a button of one who organises it asks for."""
    person, _ = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(do_named, person.actor, name, doing, services.clock.now())
    services.wake_sender()
    return see_other(f"/communities/{name}")


def do_named(tx: Tx, me: Actor, name: str, doing: Any, now: int) -> None:
    doing(tx, me, organised(tx, me, name), now)
