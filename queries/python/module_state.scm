; Changes of variables of the module while tests run: a list that grows, a counter, a cache.
;
; Finds: methods that change a list, dict or set in place, called or passed on; assignments to an item; assignments to a name
; that the function declares `global`. Whether any other test uses the variable, the view of risks looks at.
;
; Deliberately misses: variables of other modules, and what a helper changes through a parameter.

((attribute object: (identifier) @risk.site attribute: (identifier) @_change)
  (#any-of? @_change
    "append" "appendleft" "extend" "insert" "remove" "pop" "popleft" "popitem" "clear" "update" "add" "discard"
    "setdefault")
  (#of-module? @risk.site)
  (#set! anchor "<variable>")
  (#set! risk module-state)
  (#set! severity high)
  (#set! certainty medium))
((assignment left: (subscript value: (identifier) @risk.site))
  (#of-module? @risk.site)
  (#set! anchor "<variable>")
  (#set! risk module-state)
  (#set! severity high)
  (#set! certainty medium))
((assignment left: (identifier) @risk.site)
  (#of-module? @risk.site)
  (#set! anchor "<variable>")
  (#set! risk module-state)
  (#set! severity high)
  (#set! certainty medium))
((augmented_assignment left: (identifier) @risk.site)
  (#of-module? @risk.site)
  (#set! anchor "<variable>")
  (#set! risk module-state)
  (#set! severity high)
  (#set! certainty medium))
