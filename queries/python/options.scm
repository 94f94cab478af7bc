; Options of pytest's configuration that the tree registers.
;
; Finds: calls of `addini(…)` on any object, whatever their arguments are. Which of them register anything, resolution
; decides by where they stand, and which names, by their arguments.
;
; Deliberately misses: options of the command line (`addoption`), a method kept under a name of its own
; (`add = parser.addini`), and plain functions of that name.

((call
    function: (attribute attribute: (identifier) @_method) @option.register)
  (#eq? @_method "addini"))
