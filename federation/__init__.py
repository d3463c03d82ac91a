"""ActivityPub in Python: documents as typed values, signatures, discovery, guarded fetching.

A library in its own right: no database, no pages, no settings. Where to begin:

- `federation.documents` reads JSON into frozen dataclasses (`read_document`, `read_activity`,
  `read_actor`, `read_post`, `read_collection`) and renders them (`render_follow`, `render_create`
  and their kin). What cannot be read is `errors.Malformed`.
- `federation.strictjson.read_json` reads bytes from strangers, and refuses what two parsers could
  read differently.
- `federation.signatures` signs requests (`sign_request`) and verifies them: `read_claim` holds a
  request to the policy, `check_claim` checks it against the key that it names.
- `federation.origin` says whose word counts for what (FEP-fe34): `check_sender` before anything
  is done with an activity, then `trusted_parts`, which leaves of it what its sender may vouch for.
- `federation.gate.Gate` is the one way out to the network: public addresses, https, limits on
  bytes, time and redirects. `Budget` counts the fetches that one piece of work may cause.
- `federation.discovery` finds people by handle (`lookup.Lookup`) and renders what WebFinger
  and NodeInfo answer.
- `federation.addressing` and `federation.groups` say who a post is for and which community it
  belongs to; `federation.retry` when to try a delivery again; `federation.limits` holds the limits.

`docs/examples/federation_library.py` finds somebody by handle, builds a signed Follow, and verifies
a signed request, in 40 lines.
"""
