"""Documents as our own compact profile has them, whatever contexts and names they came with.

A document that is written in the names of the profile is read as it stands, which costs next to
nothing. Any other is expanded and compacted by a JSON-LD processor in a process of its own, with
contexts that come with the code and a limit on work. Nothing is ever fetched, nothing untrusted is
canonicalised, and a document that gives a name of ActivityStreams or of the security vocabulary
another meaning is refused (T31 to T34).
"""

from federation.jsonld.expander import Expander
from federation.jsonld.plain import Plain, is_plain, only_plain

__all__ = ["Expander", "Plain", "is_plain", "only_plain"]
