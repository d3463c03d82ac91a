"""A post with its conversation; writing, changing and deleting one's own."""

from dataclasses import replace

from aiohttp import web

from node.base.errors import Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of, upload_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.resolve_mentions import look_up_named
from node.http.search_engines import may_index
from node.http.services import SERVICES
from node.http.sessions import PERSON, signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_handle
from node.topics.communities.names import home_of
from node.topics.conversations.missing import fetch_parts, missing_parts
from node.topics.conversations.threads import Thread, thread
from node.topics.files.store import files_of_post
from node.topics.moderation.appeals import decision_about_post
from node.topics.posts.store import Post, post_by_iri
from node.topics.posts.views import PostView, post_view, view_of_own
from node.topics.publishing.actions import check_is_for_somebody, delete, edit, publish
from node.topics.publishing.may_write import why_not_answer, why_not_in
from node.topics.publishing.refusals import refusal_of
from node.topics.publishing.who_holds import Holders, who_holds, who_will_hold
from node.web.attaching import SENT, Pictures, pictures_of, say_of_all, take_pictures
from node.web.decisions import decision_page, own_removed
from node.web.previews import preview_of_post
from node.web.render import page, page_of_post
from node.web.writing import CHOICES_SHOWN, Typed, draft_of, typed_in

WITH_CHARACTERS_MAX = 500


def reader_of(request: web.Request) -> Actor | None:
    """Who looks at a page; None is a visitor."""
    person = request.get(PERSON)
    return person.actor if person else None


async def get_post(request: web.Request) -> web.StreamResponse:
    """`/posts/ID`: a post of ours with its conversation; its author sees also a removed one."""
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/posts/{request.match_info['id']}"
    reader = reader_of(request)
    try:
        found = await services.db.read(read_at, iri, reader, after_asked(request))
    except NotFound:
        if reader is None:
            raise
        return decision_page(request, await services.db.read(own_removed, reader, iri))
    await complete_opened(request, found.post.post)
    return await thread_page(request, found)


async def get_seen_post(request: web.Request) -> web.StreamResponse:
    """`/seen/posts/ID`: a post of another node as it is known here, for people of ours."""
    signed_in(request)
    found = await request.app[SERVICES].db.read(
        thread,
        int(request.match_info["id"]),
        reader_of(request),
        after=after_asked(request),
    )
    if found.post.post.local:
        return see_other(page_of_post(found.post.post))
    await complete_opened(request, found.post.post)
    return await thread_page(request, found)


async def complete_opened(request: web.Request, post: Post) -> None:
    """Have the conversation completed that one of ours opens; they do not wait for it (F10)."""
    services = request.app[SERVICES]
    now = services.clock.now()
    parts = await services.db.read(missing_parts, post, now) if reader_of(request) else []
    if parts:
        await services.db.write(fetch_parts, parts, now)


def after_asked(request: web.Request) -> int | None:
    """The answer that those on the page come after."""
    return id_of(request.query.get("after", ""))


def read_at(tx: Tx, iri: str, reader: Actor | None, after: int | None) -> Thread:
    post = post_by_iri(tx, iri)
    if post is None or not post.local:
        raise NotFound
    return thread(tx, post.id, reader, after=after)


async def thread_page(
    request: web.Request, found: Thread, typed: Typed | None = None, wrong: str = ""
) -> web.Response:
    """The page; where the reader may not answer it says why, in place of the form."""
    services = request.app[SERVICES]
    person, post = request.get(PERSON), found.post.post
    if typed is None:
        typed = Typed("/new", greeting(found.post, person), "", post.content_note or "")
    barred, refused, is_taken_out = "", None, False
    kept, held = None, None
    if person is not None:
        now = services.clock.now()
        refused = await services.db.read(refusal_of, person.actor.id, post.id)
        barred = await services.db.read(why_not_answer, person.actor, found.post, now)
        is_taken_out = await services.db.read(is_own_taken_out, person.actor, post)
        kept = await services.db.read(who_will_hold, person.actor, found.post.community)
        held = await services.db.read(who_holds, post, person.actor)
    return page(
        request,
        "posts/thread.html",
        422 if wrong else 200,
        is_for_search=is_for_search(request, found),
        preview=preview_of_post(found.post, services.config.node.url),
        thread=found,
        draft=typed,
        wrong=wrong,
        barred=barred,
        refused=refused,
        is_taken_out=is_taken_out,
        kept=kept,
        held=held,
    )


def is_own_taken_out(tx: Tx, me: Actor, post: Post) -> bool:
    """Whether a community elsewhere shows a post of one's own no longer, and said why."""
    if post.author_id != me.id:
        return False
    try:
        decision_about_post(tx, me, post.id)
    except NotFound:
        return False
    return True


def is_for_search(request: web.Request, found: Thread) -> bool:
    """Whether search engines may show a conversation: all of it is for everybody, in public lists
    too, and all who speak in it have agreed."""
    shown = [*found.ancestors, found.post, *found.descendants]
    shown += [view.quoted for view in shown if view.quoted]
    setting = request.app[SERVICES].config.web.search_engines
    is_public = all(view.post.visibility == "public" for view in shown)
    return is_public and may_index(setting=setting, authors=[view.author for view in shown])


def greeting(view: PostView, person: Person | None) -> str:
    """How an answer begins: with the one it answers."""
    if person is None or view.author.id == person.actor.id:
        return ""
    return f"@{view.author.acct} "


async def get_new(request: web.Request) -> web.StreamResponse:
    """`/new`: write something."""
    person = signed_in(request)
    begins = request.query.get("with", "")[:WITH_CHARACTERS_MAX]
    begins = begins or await request.app[SERVICES].db.read(begins_at_home, person.actor)
    typed = Typed(
        "/new",
        text=f"{begins} " if begins else "",
        visibility=person.account.default_visibility,
        choices=("",) * CHOICES_SHOWN,
    )
    services = request.app[SERVICES]
    barred = await services.db.read(barred_from, person.actor, begins, services.clock.now())
    kept = await services.db.read(kept_where, person.actor, begins)
    return page(request, "posts/new.html", draft=typed, wrong=barred, kept=kept)


def begins_at_home(tx: Tx, me: Actor) -> str:
    """How all begins that is written under a name which is for one community; else empty."""
    group = home_of(tx, me)
    return f"@{group.acct}" if group is not None else ""


def kept_where(tx: Tx, me: Actor, begins: str) -> Holders | None:
    """Which nodes get a copy of what `me` writes to the community that a text begins with."""
    group = known_by_handle(tx, begins.strip().removeprefix("@"), me.host, me)
    return who_will_hold(tx, me, group) if group is not None and group.is_group else None


def barred_from(tx: Tx, me: Actor, begins: str, now: int) -> str:
    """Why `me` may not write to the community that a text begins with; empty if they may."""
    group = known_by_handle(tx, begins.strip().removeprefix("@"), me.host, me)
    return why_not_in(tx, me, group, now) if group is not None and group.is_group else ""


async def post_new(request: web.Request) -> web.StreamResponse:
    """The form that writes: a new post, or an answer."""
    person, upload = await upload_of(request)
    services, params = request.app[SERVICES], upload.params
    parent_id = id_of(params.text("parent"))
    pictures = await take_pictures(request, person.actor, upload)
    await look_up_named(services, person.actor, params.text("text"))
    try:
        post_id = await services.db.write(
            publish_typed, person, params, parent_id, pictures, services.clock.now()
        )
    except (Invalid, NotAllowed) as problem:
        typed = typed_in(params, "/new", params.text("visibility"), pictures)
        return await written_wrong(request, person, typed, parent_id, problem.sentence)
    services.wake_sender()
    view = await services.db.read(view_of_own, post_id, person.actor)
    return see_other(page_of_post(view.post))


def publish_typed(
    tx: Tx, person: Person, params: Params, parent_id: int | None, pictures: Pictures, now: int
) -> int:
    """Publish what was typed, for those whom the author's posts are for unless others are named."""
    file_ids = say_of_all(tx, person.actor, pictures)
    draft = replace(
        draft_of(params, person, parent_id), language=person.account.language, file_ids=file_ids
    )
    if parent_id is None:
        check_is_for_somebody(tx, person.actor, draft)
    return publish(tx, person.actor, draft, now)


async def written_wrong(
    request: web.Request, person: Person, typed: Typed, parent_id: int | None, wrong: str
) -> web.Response:
    """The form again, with what was typed and what is wrong with it."""
    if parent_id is not None:
        found = await request.app[SERVICES].db.read(thread, parent_id, person.actor)
        return await thread_page(request, found, replace(typed, visibility=""), wrong)
    return page(request, "posts/new.html", 422, draft=typed, wrong=wrong, kept=None)


async def get_edit(request: web.Request) -> web.StreamResponse:
    """`/edit/ID`: change one's own words."""
    person = signed_in(request)
    view = await own_view(request, person)
    post = view.post
    hanging = await request.app[SERVICES].db.read(files_of_post, post.id)
    typed = Typed(
        f"/edit/{post.id}",
        post.source or "",
        post.title or "",
        post.content_note or "",
        pictures=pictures_of(hanging),
    )
    return page(request, "posts/edit.html", draft=typed, view=view, wrong="")


async def own_view(request: web.Request, person: Person) -> PostView:
    post_id = int(request.match_info["id"])
    view = await request.app[SERVICES].db.read(post_view, post_id, person.actor)
    if view.post.author_id != person.actor.id:
        raise NotFound
    return view


async def post_edit(request: web.Request) -> web.StreamResponse:
    """The form of `/edit/ID`."""
    person, upload = await upload_of(request)
    view, params = await own_view(request, person), upload.params
    services = request.app[SERVICES]
    pictures = await take_pictures(request, person.actor, upload)
    await look_up_named(services, person.actor, params.text("text"))
    now = services.clock.now()
    try:
        await services.db.write(edit_typed, person, view.post.id, params, pictures, now)
    except (Invalid, NotAllowed) as problem:
        typed = typed_in(params, f"/edit/{view.post.id}", "", pictures)
        return page(request, "posts/edit.html", 422, draft=typed, view=view, wrong=problem.sentence)
    services.wake_sender()
    return see_other(page_of_post(view.post))


def edit_typed(
    tx: Tx, person: Person, post_id: int, params: Params, pictures: Pictures, now: int
) -> None:
    """Change a post into what was typed; a form without room for pictures leaves those there."""
    draft = draft_of(params, person)
    if params.flag(SENT):
        draft = replace(draft, file_ids=say_of_all(tx, person.actor, pictures))
    edit(tx, person.actor, post_id, draft, now)


async def get_delete(request: web.Request) -> web.StreamResponse:
    """`/delete/ID`: asks once more, and says what will happen."""
    view = await own_view(request, signed_in(request))
    return page(request, "posts/delete.html", view=view)


async def post_delete(request: web.Request) -> web.StreamResponse:
    """The button of `/delete/ID`."""
    person, _ = await form_of(request)
    view, services = await own_view(request, person), request.app[SERVICES]
    number = await services.db.write(delete, person.actor, view.post.id, services.clock.now())
    services.wake_sender()
    return see_other(f"/deleted/{number}")
