; Changes of environment variables and of the working directory.
;
; Finds: every way to change `os.environ`, and `os.chdir`. Makes harmless: `patch.dict(os.environ)`, `monkeypatch` for the
; same, what is registered to put them back.
;
; Deliberately misses: the environment of a child process. Whether the change is undone by `finally`, a fixture or
; `tearDown`, the view of risks decides.

((assignment left: (subscript value: (_) @risk.site))
  (#resolves? @risk.site "os.environ")
  (#set! risk environment-mutation)
  (#set! severity high))
((delete_statement (subscript value: (_) @risk.site))
  (#resolves? @risk.site "os.environ")
  (#set! risk environment-mutation)
  (#set! severity high))
((call function: (_) @risk.site)
  (#resolves? @risk.site
    "os.environ.update" "os.environ.pop" "os.environ.setdefault" "os.environ.clear" "os.putenv" "os.unsetenv")
  (#set! risk environment-mutation)
  (#set! severity high))
((call function: (_) @risk.site)
  (#resolves? @risk.site "os.chdir" "os.fchdir")
  (#set! risk working-directory-mutation)
  (#set! severity high))

((call function: (_) @risk.relief arguments: (argument_list . (_) @_what))
  (#match? @risk.relief "patch[.]dict$")
  (#match? @_what "environ")
  (#set! anchor "patch")
  (#set! risk environment-mutation))
((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback" "enter_context" "enterContext")
  (#match? @_what "environ|putenv|unsetenv")
  (#set! risk environment-mutation))
((call function: (attribute attribute: (identifier) @risk.relief))
  (#any-of? @risk.relief "setenv" "delenv")
  (#set! anchor "setenv delenv")
  (#set! risk environment-mutation))
((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback" "enter_context" "enterContext")
  (#match? @_what "chdir|cwd")
  (#set! risk working-directory-mutation))
((call function: (attribute object: (identifier) @_monkeypatch attribute: (identifier) @risk.relief))
  (#eq? @risk.relief "chdir")
  (#eq? @_monkeypatch "monkeypatch")
  (#set! anchor "monkeypatch.chdir")
  (#set! risk working-directory-mutation))
((call function: (_) @risk.relief)
  (#resolves? @risk.relief "contextlib.chdir" "path.Path" "py.path.local().as_cwd")
  (#set! risk working-directory-mutation))
