"""Everything that this node sends: one maker a golden file."""

from tests.sent import POSTING, Maker
from tests.sent_accounts import ACCOUNTS
from tests.sent_blocks import BLOCKS
from tests.sent_moderation import MODERATION
from tests.sent_private import PRIVATE
from tests.sent_receipts import RECEIPTS

SENT: dict[str, Maker] = POSTING | BLOCKS | MODERATION | ACCOUNTS | RECEIPTS | PRIVATE
