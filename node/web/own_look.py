"""How one looks: the name, a few words, the face and the banner, of whichever name one goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from node.base.errors import Invalid, TooLarge
from node.base.markup import html_of_text, one_line, text_of_html
from node.db.tx import Tx
from node.http.csrf import upload_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.http.uploads import Upload, drop_picture, keep_picture, room_for_member
from node.topics.accounts.store import Person
from node.topics.actors.actions import SUMMARY_CHARACTERS_MAX, ProfileChanges, check_profile
from node.topics.actors.store import Actor
from node.topics.files.actions import Said
from node.topics.files.faces import Shown, change_look
from node.topics.files.store import File
from node.topics.posts.documents import origin_of_actor
from node.topics.pseudonyms.store import other_names
from node.web.render import page

HERE = "/settings/profile"
USES: tuple[Shown, ...] = ("face", "banner")


@dataclass(frozen=True, slots=True)
class TypedLook:
    """What stands in the form, and each sentence of what is wrong by where it belongs: `words`,
    `face`, `banner`."""

    name: str
    about: str
    wrong: Mapping[str, str] = field(default_factory=dict)


async def get_look(request: web.Request) -> web.StreamResponse:
    """`/settings/profile`"""
    person = signed_in(request)
    return await look_page(request, person, typed_of(person.actor))


def typed_of(me: Actor) -> TypedLook:
    """The form as things are."""
    return TypedLook(me.display_name, text_of_html(me.summary))


async def look_page(request: web.Request, person: Person, typed: TypedLook) -> web.Response:
    others = await request.app[SERVICES].db.read(other_names, person.actor.id)
    return page(
        request,
        "members/look.html",
        422 if typed.wrong else 200,
        actor=person.actor,
        typed=typed,
        wrong=typed.wrong,
        has_others=bool(others),
        is_changed="changed" in request.query and not typed.wrong,
        about_max=SUMMARY_CHARACTERS_MAX,
    )


async def post_look(request: web.Request) -> web.StreamResponse:
    """The form of `/settings/profile`: all of it is done, or nothing, with the reason beside it."""
    person, upload = await upload_of(request)
    services, me, params = request.app[SERVICES], person.actor, upload.params
    changes, files, wrong = changes_in(params, me), list[File](), dict[str, str]()
    try:
        check_words(params, changes)
    except Invalid as problem:
        wrong["words"] = problem.sentence
    for use in USES if not wrong else ():
        try:
            files += await sent_as(request, me, upload, use)
        except (Invalid, TooLarge) as problem:
            wrong[use] = problem.sentence
    room, now = room_for_member(request), services.clock.now()
    try:
        if not wrong:
            await services.db.write(save, me, changes, files, room, now)
    except Invalid as problem:
        wrong["words"] = problem.sentence
    if wrong:
        for file in files:
            await drop_picture(request, file)
        typed = TypedLook(params.text("name"), params.text("about"), wrong)
        return await look_page(request, person, typed)
    services.wake_sender()
    return see_other(f"{HERE}?changed=yes")


async def sent_as(request: web.Request, me: Actor, upload: Upload, use: Shown) -> list[File]:
    """The picture that was sent as a face or banner, drawn; none where none was chosen.

    Raises:
        Busy: too many are being drawn, or there is no room on the disk.
        Invalid, TooLarge: it cannot be taken.
    """
    body = upload.picture(use)
    return [await keep_picture(request, me, body, use, Said())] if body else []


def changes_in(params: Params, me: Actor) -> ProfileChanges:
    """What a form changes; words that stayed as they were are left alone, with the links in them,
    and what the form does not name stays."""
    name = one_line(params.text("name"))
    about = params.text("about").replace("\r\n", "\n").strip()
    is_new = params.has("about") and about != text_of_html(me.summary).strip()
    html = html_of_text(about, {}, origin_of_actor(me)) if about else ""
    off = params.texts("off")
    return ProfileChanges(
        display_name=name if params.has("name") and name != me.display_name else None,
        summary=html if is_new else None,
        face="" if "face" in off else None,
        banner="" if "banner" in off else None,
    )


def check_words(params: Params, changes: ProfileChanges) -> None:
    """Raise Invalid unless what somebody says of themselves is short enough."""
    if len(params.text("about")) > SUMMARY_CHARACTERS_MAX:
        raise Invalid(f"Say it in at most {SUMMARY_CHARACTERS_MAX} characters.")
    check_profile(changes)


def save(
    tx: Tx, me: Actor, changes: ProfileChanges, files: list[File], room: int, now: int
) -> None:
    """Change how somebody looks; a form that changes nothing tells nobody anything."""
    if files or changes != ProfileChanges():
        change_look(tx, me, changes, files, room, now)
