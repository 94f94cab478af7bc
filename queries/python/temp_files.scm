; Temporary files and folders that nobody deletes.
;
; Finds: `NamedTemporaryFile(delete=False)`, `mkdtemp`, `mkstemp`. Makes harmless: any deletion of files, called or registered,
; that takes part in the same test.
;
; Deliberately misses: files that are made below a folder of the test's own (`dir=…`), files that are opened by name.

((call
    function: (_) @risk.site
    arguments: (argument_list (keyword_argument name: (identifier) @_keyword value: (false))) @_arguments)
  (#resolves? @risk.site "tempfile.NamedTemporaryFile")
  (#eq? @_keyword "delete")
  (#not-match? @_arguments "dir *=")
  (#set! risk leaked-temp-file)
  (#set! severity low))
((call function: (_) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site "tempfile.mkdtemp" "tempfile.mkstemp" "tempfile.mktemp")
  (#not-match? @_arguments "dir *=")
  (#set! risk leaked-temp-file)
  (#set! severity low))

([(identifier) (attribute)] @risk.relief
  (#resolves? @risk.relief "os.unlink" "os.remove" "os.rmdir" "os.removedirs" "shutil.rmtree" "?.unlink" "?.rmtree" "pathlib.Path().unlink" "pathlib.Path().rmdir")
  (#set! risk leaked-temp-file))
