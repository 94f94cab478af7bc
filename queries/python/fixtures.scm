; Definitions of fixtures. What is requested by whom is resolved later.

((decorator [
    (call function: (_) @fixture.definition)
    [(identifier) (attribute)] @fixture.definition])
  (#resolves? @fixture.definition
    "pytest.fixture" "pytest.yield_fixture" "pytest_asyncio.fixture" "pytest_cases.fixture" "pytest_trio.trio_fixture"
    "pytest.fixture()" "pytest_asyncio.fixture()"))
