"""How old people of this node are at least: asked of whoever makes an account, never when they were
born. Pure.

Nothing of the answer is kept: there is no profile of children, nor one of their birthdays.
"""

from node.base.errors import NotAllowed


def old_enough_words(years: int) -> str:
    """What somebody says of themselves who makes an account; empty where no age is asked."""
    return f"I am {years} years old or older." if years else ""


def check_old_enough(says_so: bool, years: int) -> None:
    """Raise NotAllowed unless somebody says that they are as old as this node asks."""
    if years and not says_so:
        raise NotAllowed(
            f"This place is for people of {years} years and older. If you are younger, talk to"
            " somebody you trust."
        )
