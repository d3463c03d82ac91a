"""The people of the demonstration and what they say. All are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PASSWORD = "a hedge in the morning"  # noqa: S105 - of the demonstration only, printed on screen


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node: its folder, title, port and people with their roles."""

    name: str
    title: str
    port: int
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody does. `name` is how later lines speak of a post, in `about`."""

    person: str
    deed: str = "say"
    text: str = ""
    about: str = ""
    name: str = ""


NODES = (
    NodePlan("walkers", "Elder Lane Walkers", 8101, {"rose": "organiser", "hugh": "member"}),
    NodePlan("valley", "Carers of the Valley", 8102, {"ines": "organiser", "tom": "member"}),
    NodePlan("clinic", "Millbrook Rural Clinic", 8103, {"clinic_desk": "clinic", "anna": "member"}),
)
COMMUNITIES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "walkers": (
        {
            "name": "morning_walk",
            "title": "Morning walk",
            "organiser": "rose",
            "visibility": "public",
            "joining": "open",
            "posting": "members",
            "elsewhere": False,
        },
    ),
    "valley": (
        {
            "name": "carers_table",
            "title": "The carers' table",
            "organiser": "ines",
            "visibility": "public",
            "joining": "open",
            "posting": "members",
            "elsewhere": False,
        },
    ),
}
STORY = (
    Line("ines", "follow", about="rose"),
    Line("rose", text="We walk on Tuesday at ten, from the chapel. Slow and flat.", name="tuesday"),
    Line("tom", "follow", about="morning_walk"),
    Line("anna", "follow", about="morning_walk"),
    Line("hugh", "follow", about="morning_walk"),
    Line("hugh", "follow", about="carers_table"),
    Line("anna", "follow", about="clinic_desk"),
    Line(
        "tom",
        text="{morning_walk} Is the river path dry again? My mother would like to come along.",
        name="river",
    ),
    Line("rose", text="{tom} Dry up to the footbridge. There are two benches.", about="river"),
    Line("anna", text="{tom} Come by the mill then, we join you there.", about="river"),
    Line("hugh", "favourite", about="river"),
    Line("ines", "reblog", about="tuesday"),
    Line(
        "clinic_desk",
        text="Flu vaccination without appointment: Thursdays from 2 to 5, until 17 December.",
        name="flu",
    ),
    Line("anna", "reblog", about="flu"),
    Line("ines", text="{carers_table} Who can lend a wheelchair for the weekend?", name="chair"),
    Line("hugh", text="{ines} We have one in the shed. Tom could bring it over.", about="chair"),
)
CHATTER = (
    Line("tom", text="{morning_walk} Frost this morning. Shall we start at half past ten?"),
    Line("rose", text="{morning_walk} Half past ten it is. Bring something warm to drink."),
    Line("anna", text="{morning_walk} I will be at the mill with a flask."),
    Line("hugh", text="{carers_table} The wheelchair is back and the tyres are pumped up."),
    Line("ines", text="{carers_table} Coffee on Friday for everybody who looks after somebody."),
)
