; Comparison of what has no order with a list that has one.
;
; Finds: a set made a list and compared; a listing of a folder that is not sorted; the hash of a value compared with a number;
; a parametrization over a set.
;
; Deliberately misses: `sorted(…)`, lists of fewer than two items, sets of numbers without text (their order is fixed in
; practice), orders that only show later.

((comparison_operator
    (call function: (identifier) @_list arguments: (argument_list . (set . (string))))
    operators: ["==" "!="] . [(list (_) (_)) (tuple (_) (_))]) @risk.site
  (#any-of? @_list "list" "tuple")
  (#set! anchor "list({ tuple({")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high))
((comparison_operator
    (call function: (identifier) @_list arguments: (argument_list . (call function: (_) @risk.site)))
    operators: ["==" "!="] . [(list (_) (_)) (tuple (_) (_))])
  (#any-of? @_list "list" "tuple")
  (#resolves? @risk.site "builtins.set" "builtins.frozenset")
  (#set! anchor "(set( (frozenset(")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high)
  (#set! certainty medium))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list
      (call function: (identifier) @_list arguments: (argument_list . (set . (string)))) (list (_) (_)))) @risk.site
  (#any-of? @_assert "assertEqual" "assertListEqual")
  (#any-of? @_list "list" "tuple")
  (#set! anchor "list({ tuple({")
  (#set! risk unordered)
  (#set! severity high))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list
      (call function: (identifier) @_list arguments: (argument_list . (call function: (_) @risk.site))) (list (_) (_))))
  (#any-of? @_assert "assertEqual" "assertListEqual")
  (#any-of? @_list "list" "tuple")
  (#resolves? @risk.site "builtins.set" "builtins.frozenset")
  (#set! anchor "(set( (frozenset(")
  (#set! risk unordered)
  (#set! severity high)
  (#set! certainty medium))

; --- listings
((comparison_operator (call function: (_) @risk.site) operators: ["==" "!="] . (list (_) (_)))
  (#resolves? @risk.site "os.listdir" "glob.glob")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list (call function: (_) @risk.site) (list (_) (_))))
  (#resolves? @risk.site "os.listdir" "glob.glob")
  (#any-of? @_assert "assertEqual" "assertListEqual")
  (#set! risk unordered)
  (#set! severity high))
((comparison_operator
    (call function: (identifier) @_list arguments: (argument_list . (call function: (_) @risk.site)))
    operators: ["==" "!="] . (list (_) (_)))
  (#eq? @_list "list")
  (#resolves? @risk.site "?.iterdir" "pathlib.Path().iterdir" "?.glob" "pathlib.Path().glob" "?.rglob" "os.scandir")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high)
  (#set! certainty medium))
((comparison_operator
    (list_comprehension (for_in_clause right: (call function: (_) @risk.site)))
    operators: ["==" "!="] . (list (_) (_)))
  (#resolves? @risk.site "os.listdir" "?.iterdir" "pathlib.Path().iterdir" "?.glob" "os.scandir")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high)
  (#set! certainty medium))

; --- hashes of text differ from process to process
((comparison_operator (call function: (identifier) @risk.site arguments: (argument_list . (string))) operators: "==" . (integer))
  (#resolves? @risk.site "builtins.hash")
  (#set! anchor "hash(")
  (#set! within assertion)
  (#set! risk unordered)
  (#set! severity high))

; --- cases in the order of a set: their ids differ from process to process
((call function: (_) @_parametrize arguments: (argument_list (_) . (set . (string)) @risk.site))
  (#resolves? @_parametrize "pytest.mark.parametrize")
  (#set! risk random-parametrize-values)
  (#set! severity high))
((call function: (_) @_parametrize arguments: (argument_list (_) . (call function: (identifier) @risk.site)))
  (#resolves? @_parametrize "pytest.mark.parametrize")
  (#any-of? @risk.site "set" "frozenset")
  (#set! risk random-parametrize-values)
  (#set! severity high)
  (#set! certainty medium))
((call
    function: (_) @_parametrize
    arguments: (argument_list (_) . (call function: (identifier) @_list arguments: (argument_list . (call function: (identifier) @risk.site)))))
  (#resolves? @_parametrize "pytest.mark.parametrize")
  (#any-of? @_list "list" "tuple")
  (#any-of? @risk.site "set" "frozenset")
  (#set! risk random-parametrize-values)
  (#set! severity high)
  (#set! certainty medium))
