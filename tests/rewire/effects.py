"""Makes ready what an activity is about, asks whether it took effect, and points some at the node's own things."""

import copy
import json
import re
import time

from documents import iri_of, is_open, is_web, kind_of, many, origin_of, substitute
from expected import exemption, expected_for, innermost

BEFORE = "Rewire wrote this before the update"


class Effects:
    """Questions put to one node about what one world sent it."""

    def __init__(self, world, node, rfc9421):
        self.world, self.node, self.rfc9421 = world, node, rfc9421

    async def prepare(self, document, value, effect, signer):
        """Make ready what the activity changes; gives a coroutine function: did it take effect? Or None."""
        inner = innermost(value)
        target = iri_of(inner)
        if effect == "shown":
            return lambda: self.node.status(target)
        if effect in ("updated", "renamed"):
            return await self.prepare_update(inner, target, effect)
        if effect == "gone":
            return await self.prepare_delete(target, signer)
        if effect in ("liked", "boosted"):
            field = {"liked": "favourites_count", "boosted": "reblogs_count"}[effect]
            before = await self.node.count(field)
            return lambda: self.is_count(field, before + 1)
        if (
            document.kind.startswith("Undo(")
            and isinstance(value["object"], dict)
            and iri_of(value["object"].get("actor")) == signer
        ):
            first = {
                "@context": value.get("@context", "https://www.w3.org/ns/activitystreams")
            } | value["object"]
            await self.world.deliver(
                signer, json.dumps(first).encode(), document.software, self.rfc9421
            )
            if effect == "unliked":
                await self.node.until(lambda: self.is_count("favourites_count", 1))
                return lambda: self.is_count("favourites_count", 0)
            if effect == "unfollowed":
                await self.node.until(lambda: self.node.is_followed_by(signer))
                return lambda: self.negated(self.node.is_followed_by(signer))
        if effect == "answered":
            mark = len(self.world.received)
            return lambda: self.is_answered(mark, value["id"])
        if effect in ("following", "not following"):
            return await self.prepare_answer(value, signer, effect)
        return None

    async def prepare_update(self, inner, target, effect):
        """Show an earlier version first, then serve the new one."""
        address, search = (
            self.world.address(target),
            "statuses" if effect == "updated" else "accounts",
        )
        known = await self.node.search(target, search, False)
        earlier = {
            key: item
            for key, item in inner.items()
            if key not in ("contentMap", "nameMap", "source", "summary", "updated", "proof")
        }
        earlier |= {key: BEFORE for key in ("name", "content") if isinstance(inner.get(key), str)}
        context = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
        }
        self.world.served[address] = context | earlier
        shown = known or await self.node.search(target, search, True)
        self.world.served[address] = context | copy.deepcopy(inner)
        if shown is None or effect == "renamed" and not inner.get("name"):
            return None

        async def seen():
            path = f"/api/v1/{search}/{shown['id']}"
            _, now = await self.node.call("GET", path)
            if effect == "renamed":
                return now.get("display_name") == inner["name"].strip()
            return (
                bool(now.get("edited_at"))
                if known
                else BEFORE not in json.dumps(now) and now.get("id")
            )

        return seen

    async def prepare_delete(self, target, signer):
        """Show the object first, then let its own origin answer 410."""
        if not is_web(target):
            return None
        address = self.world.address(target)
        if address in self.world.gone:  # an earlier document took it away: it must not be back
            return lambda: self.negated(self.node.status(target))
        if kind_of(self.world.served.get(address)) == "Tombstone":
            self.world.served[address] = self.world.made_up(target, "Note")
        held = self.world.served.get(address)
        if held is not None and not is_open(held) and iri_of(held.get("attributedTo")) == signer:
            await self.confide(held, signer)
        shown = await self.node.status(target) or await self.node.search(target, "statuses", True)
        self.world.gone.add(self.world.address(target))
        if shown is None:
            return None

        async def seen():
            status, _ = await self.node.call("GET", f"/api/v1/statuses/{shown['id']}")
            return status in (404, 410) and await self.node.status(target) is None

        return seen

    async def confide(self, held, signer):
        """Send our account what was addressed to somebody else: no one finds a private post by its address."""
        held["to"], held["cc"] = [self.node.actor], []
        create = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{origin_of(signer)}/rewire/creates/{time.time_ns()}",
            "type": "Create",
            "actor": signer,
            "to": held["to"],
            "object": {key: item for key, item in held.items() if key != "@context"},
        }
        await self.world.deliver(signer, json.dumps(create).encode(), "", self.rfc9421)
        await self.node.until(lambda: self.node.status(held["id"]))

    async def prepare_answer(self, value, signer, effect):
        """Have our account follow the signer, and make the answer one to that very Follow."""
        self.world.held.add(signer)
        mark, account = len(self.world.received), await self.node.search(signer, "accounts", True)
        if account is None:
            return None
        await self.node.call("POST", f"/api/v1/accounts/{account['id']}/unfollow")
        await self.node.call("POST", f"/api/v1/accounts/{account['id']}/follow")

        async def asked():
            return next(
                (
                    each
                    for each in self.world.received[mark:]
                    if kind_of(each).startswith("Follow") and iri_of(each["object"]) == signer
                ),
                None,
            )

        follow = await self.node.until(asked)
        if follow is None:
            return None
        value["object"] = (
            follow["id"]
            if isinstance(value["object"], str)
            else {key: follow.get(key, item) for key, item in value["object"].items()}
        )
        wanted = effect == "following"
        self.world.held.discard(signer)
        return lambda: (
            self.node.is_following(account["id"])
            if wanted
            else self.negated(self.node.is_following(account["id"]))
        )

    async def is_count(self, field, wanted):
        return await self.node.count(field) == wanted

    async def is_answered(self, mark, iri):
        return any(
            kind_of(each).split("(")[0] in ("Accept", "Reject") and iri_of(each["object"]) == iri
            for each in self.world.received[mark:]
        )

    async def negated(self, question):
        return not await question

    def localised(self, document):
        """The activity pointed at something of the node's own, under a new id; None where it has no such variant."""
        value, kind = document.value, document.kind
        if exemption(document):
            return None
        swaps, inner = {}, value.get("object")
        subject = (
            inner.get("object") if isinstance(inner, dict) and re.match("Undo", kind) else inner
        )
        if re.match(r"Accept\(Follow|Reject\(Follow", kind):
            swaps[iri_of(inner.get("actor"))] = self.node.actor
        elif re.match(r"(Undo\()?(Follow|Block|Join|Invite|Offer)", kind):
            group = (
                self.world.roles.get(self.world.address(iri_of(subject) or ""), ("", ""))[1]
                == "Group"
            )
            swaps[iri_of(subject)] = self.node.community if group else self.node.actor
        elif re.match(
            r"(Undo\()?(Like|Dislike|EmojiReact|Announce)\(IRI|Flag|QuoteRequest\(IRI", kind
        ):
            subjects = [iri_of(each) for each in many(subject)]
            swaps |= dict.fromkeys(subjects[:-1], self.node.actor) | {
                subjects[-1]: self.node.post["uri"]
            }
        elif (
            re.fullmatch(r"Create\((Note|Page|Article)\)", kind)
            and isinstance(inner, dict)
            and is_web(inner.get("id"))
        ):
            if expected_for(document)[2] != "addressed to nobody here" or not many(value.get("to")):
                return None
            swaps = {many(value["to"])[0]: self.node.actor, inner["id"]: inner["id"] + "-local"}
        swaps.pop(iri_of(value["actor"]), None)
        if not swaps or None in swaps or "@" in swaps:
            return None
        for each in (value, inner):
            if isinstance(each, dict) and is_web(each.get("id")):
                swaps.setdefault(each["id"], each["id"] + "-local")
        local = substitute(value, swaps)
        local.pop("signature", None)
        self.world.prove(local)
        return local
