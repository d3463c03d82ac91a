"""Looking for damage."""

import sqlite3

from node.db.folder import DATABASE_FILE
from node.db.integrity import damage
from node.db.open import open_database
from tests.conftest import NOW


async def test_a_sound_store_has_no_damage(database):
    assert await database.read(damage) == []


async def test_a_reference_to_nothing_is_found(tmp_path):
    await (await open_database("", tmp_path, NOW)).close()
    connection = sqlite3.connect(tmp_path / DATABASE_FILE)
    connection.execute("insert into bookmark (id, actor_id, post_id) values (1, 2, 3)")
    connection.commit()
    connection.close()

    db = await open_database("", tmp_path, NOW)
    found = await db.read(damage)
    await db.close()

    assert sorted(found) == [
        "a row of bookmark refers to a missing actor",
        "a row of bookmark refers to a missing post",
    ]
