"""Which community a post belongs to, as group software writes it (FEP-1b12)."""

from federation.documents.post import Post
from federation.documents.shapes import PUBLIC

CANDIDATES_MAX = 20


def community_candidates(post: Post) -> tuple[str, ...]:
    """The iris that may name the community of a post, the likeliest first, at most 20.

    Lemmy, PieFed and Mbin write `audience`; NodeBB and Mastodon users name the group in `to`,
    `cc` or a mention. Which of them is a group, the caller knows.
    """
    named = (post.audience, *post.to, *post.cc, *(mention.iri for mention in post.mentions))
    likely = (iri for iri in named if iri and iri != PUBLIC and not iri.endswith("/followers"))
    return tuple(dict.fromkeys(likely))[:CANDIDATES_MAX]
