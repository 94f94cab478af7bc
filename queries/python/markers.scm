; Markers of pytest: where they are used and where they are registered.
;
; Finds: `pytest.mark.NAME` wherever it stands and under whatever name `pytest`, `mark` or the marker was imported or kept;
; the name in `item.add_marker("NAME")`; calls of `addinivalue_line("markers", …)` on any object. Which of them pytest
; evaluates while it collects, and which calls register anything, resolution decides by where they stand.
;
; Deliberately misses: names in comments and strings, `get_closest_marker("NAME")` and the like, which ask for markers and
; put them nowhere, and other options given to `addinivalue_line`. Of `getattr(pytest.mark, name)` and `add_marker(name)` only that
; some marker is put on tests is known.

([(identifier) (attribute)] @marker.use
  (#resolves? @marker.use "pytest.mark.*" "_pytest.mark.MARK_GEN.*"))

((call
    function: (attribute attribute: (identifier) @_method)
    arguments: (argument_list . (string) @marker.use))
  (#eq? @_method "add_marker"))

((call
    function: (attribute attribute: (identifier) @_method)
    arguments: (argument_list . [(identifier) (subscript) (binary_operator)] @marker.computed))
  (#eq? @_method "add_marker"))

((call
    function: (identifier) @_function
    arguments: (argument_list . (_) @_object (_) @marker.computed))
  (#eq? @_function "getattr")
  (#resolves? @_object "pytest.mark" "_pytest.mark.MARK_GEN"))

((call
    function: (attribute attribute: (identifier) @_method) @marker.register
    arguments: (argument_list . (string) @_option))
  (#eq? @_method "addinivalue_line")
  (#any-of? @_option "\"markers\"" "'markers'"))
