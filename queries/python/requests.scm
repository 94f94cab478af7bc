; Fixtures that are asked for by name while a test runs, or in a list of parameters.
;
; Finds: `request.getfixturevalue(name)` on any object, and the markers for fixtures in parameter lists that plugins offer
; (`lazy_fixture("name")`, `fixture_ref("name")`). The capture is the argument: a string says which, anything else is computed.
;
; Deliberately misses: requests by a parameter, which need no detector, and `usefixtures`, which is a mark.

((call
    function: (attribute attribute: (identifier) @_method)
    arguments: (argument_list . (_) @fixture.request))
  (#any-of? @_method "getfixturevalue" "getfuncargvalue"))

((call
    function: [(identifier) (attribute)] @_callee
    arguments: (argument_list . (_) @fixture.request))
  (#resolves? @_callee
    "pytest.lazy_fixture" "pytest_lazyfixture.lazy_fixture" "pytest_lazy_fixture.lazy_fixture" "pytest_lazy_fixtures.lf"
    "pytest_cases.fixture_ref"))
