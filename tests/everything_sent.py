"""Everything that this node sends: one maker a golden file."""

from tests.sent import POSTING, Maker
from tests.sent_accounts import ACCOUNTS
from tests.sent_blocks import BLOCKS
from tests.sent_moderation import MODERATION

SENT: dict[str, Maker] = POSTING | BLOCKS | MODERATION | ACCOUNTS
