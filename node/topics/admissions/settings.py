"""How people come into a community of ours, as its organisers have it."""

from dataclasses import dataclass

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.permissions import check_allowed
from node.topics.permissions.rules import Act

INVITING = ("members", "moderators")
VOUCHES = (0, 2)
CARD_CHARACTERS_MAX = 500
CARDS = (
    "This is a place of our own. Nobody here sells anything, and no company reads along.",
    "You need not say anything. Reading along is taking part.",
    "Something is wrong, or you are not sure? Write to those who look after us.",
)
"""What newcomers read where organisers have written nothing of their own."""

NOT_TO_CHANGE = "Only those who organise this community change how people come in."


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """`inviting`: who makes links; `vouches_needed`: so many vouches let in, 0 leaves it to an
    organiser; `cards`: three short texts for newcomers."""

    inviting: str = "members"
    vouches_needed: int = 0
    cards: tuple[str, str, str] = ("", "", "")

    @property
    def shown_cards(self) -> tuple[str, ...]:
        """What newcomers read."""
        return tuple(one for one in self.cards if one) or CARDS


def settings_of(tx: Tx, community_id: int) -> AdmissionSettings:
    """How people come into a community of ours."""
    row = tx.one(
        """
        select inviting, vouches_needed, card_1, card_2, card_3 from admission
        where community_id = :id
        """,
        id=community_id,
    )
    if row is None:
        return AdmissionSettings()
    cards = (row["card_1"], row["card_2"], row["card_3"])
    return AdmissionSettings(row["inviting"], row["vouches_needed"], cards)


def change_settings(tx: Tx, group: Actor, by: Actor, wanted: AdmissionSettings, now: int) -> None:
    """Change how people come in.

    Raises:
        Invalid: that cannot be.
        NotFound, NotAllowed: it is not for them to change.
    """
    check_allowed(tx, Act.ORGANISE, group, by, now, sentence=NOT_TO_CHANGE)
    if wanted.inviting not in INVITING or wanted.vouches_needed not in VOUCHES:
        raise Invalid("Choose one of what is offered.")
    if any(len(card) > CARD_CHARACTERS_MAX for card in wanted.cards):
        raise Invalid(f"A card has at most {CARD_CHARACTERS_MAX} characters.")
    tx.run(
        """
        insert into admission (community_id, inviting, vouches_needed, card_1, card_2, card_3)
        values (:id, :inviting, :vouches, :card_1, :card_2, :card_3)
        on conflict (community_id) do update set inviting = excluded.inviting,
            vouches_needed = excluded.vouches_needed, card_1 = excluded.card_1,
            card_2 = excluded.card_2, card_3 = excluded.card_3
        """,
        id=group.id,
        inviting=wanted.inviting,
        vouches=wanted.vouches_needed,
        card_1=wanted.cards[0],
        card_2=wanted.cards[1],
        card_3=wanted.cards[2],
    )
