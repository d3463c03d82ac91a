"""What every test may ask for: a time, a fresh migrated store on the chosen engine.

`--engine postgres` (or HEDGEROW_TEST_ENGINE) runs the same tests on PostgreSQL, which comes from a
wheel and is started once a session and worker; of those that keep nothing in a store, none.
"""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
import structlog

from node.db.database import Database
from node.db.open import open_database
from node.db.rehearsal import Rehearsal
from node.db.tx import Engine, Tx
from tests.stores import SqliteStores, Stores

NOW = 1_800_000_000
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
FUNCTION_S_MAX = 0.25


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres"),
        default=os.environ.get("HEDGEROW_TEST_ENGINE", "sqlite"),
        help="where the tests keep their data",
    )
    parser.addoption(
        "--write-golden",
        action="store_true",
        help="write what is sent now into tests/golden/, to be looked at before it is committed",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what asks for no store: it says the same on either engine."""
    if config.getoption("--engine") == "sqlite":
        return
    kept = [one for one in items if "engine" in getattr(one, "fixturenames", ())]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(kept)])
    items[:] = kept


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine this run is on."""
    chosen: Engine = request.config.getoption("--engine")
    return chosen


@pytest.fixture(scope="session")
def stores(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Makes migrated stores, by copying one."""
    folder = tmp_path_factory.mktemp("stores")
    made: Stores
    if engine == "sqlite":
        made = SqliteStores(folder, NOW)
    else:  # loaded only here: the server and its driver take a while
        made = import_module("tests.postgres_stores").PostgresStores(folder, NOW)
    yield made
    made.close()


@pytest.fixture
def tx(stores: Stores) -> Iterator[Tx]:
    """An open transaction on a migrated store; it is rolled back after the test."""
    with stores.transaction() as tx:
        yield tx


@pytest.fixture
def new_store(stores: Stores) -> Iterator[Callable[[Path], str]]:
    """Makes a fresh migrated store that belongs to a data folder; gives its `[database] url`."""
    urls: list[str] = []

    def make(folder: Path) -> str:
        urls.append(stores.new(folder))
        return urls[-1]

    yield make
    for url in urls:
        stores.drop(url)


@pytest.fixture
def rehearsal() -> Rehearsal:
    """Each write function runs twice, the first time rolled back, and may take 250 ms of CPU."""
    return Rehearsal(time.thread_time, FUNCTION_S_MAX)


@pytest.fixture
async def database(
    new_store: Callable[[Path], str], rehearsal: Rehearsal, tmp_path: Path
) -> AsyncIterator[Database]:
    """A fresh migrated store, as async code has it."""
    url = new_store(tmp_path)
    db = await open_database(url, tmp_path, NOW, on_fatal=print, rehearsal=rehearsal)
    yield db
    await db.close()
