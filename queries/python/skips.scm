; What keeps the tests of a module from being collected or run while the module is imported.
;
; Finds: `pytest.importorskip("module")`, `pytest.skip(…, allow_module_level=True)`, `raise unittest.SkipTest`, each
; and `raise ImportError`, wherever it stands: resolution looks at those of modules and classes, which run at import.
;
; Deliberately misses: marks and decorators, which say what they skip by themselves, and `self.skipTest`.

((call function: (_) @skip.import)
  (#resolves? @skip.import "pytest.importorskip" "_pytest.outcomes.importorskip"))

((call
    function: (_) @skip.module
    arguments: (argument_list (keyword_argument name: (identifier) @_keyword value: (true))))
  (#resolves? @skip.module "pytest.skip" "_pytest.outcomes.skip")
  (#eq? @_keyword "allow_module_level")
  (#set! anchor "allow_module_level"))

((raise_statement [
    (call function: (_) @skip.module)
    [(identifier) (attribute)] @skip.module])
  (#resolves? @skip.module
    "unittest.SkipTest" "unittest.case.SkipTest" "builtins.ImportError" "builtins.ModuleNotFoundError"))
