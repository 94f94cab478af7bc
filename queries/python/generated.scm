; Names that are made while a module is imported, so that no definition has them.
;
; Finds: `globals()[name] = …` (also `vars()`, `locals()`), `globals().update(…)`, and `setattr(…)`; resolution looks at
; those that run at import and can make a test.
;
; Deliberately misses: `exec`, and `type(…)` or a factory whose result is bound to a name: that name is in the source.

((assignment left: (subscript value: (call function: (identifier) @generated.names)))
  (#resolves? @generated.names "builtins.globals" "builtins.vars" "builtins.locals"))

((call function: (_) @generated.names)
  (#resolves? @generated.names "builtins.globals().update" "builtins.setattr"))
