; What a test does that the place where it stands may forbid: files. Sleeps are told by sleeps.scm, and judged by the section
; of risks.
;
; Finds: calls that open, write, create or remove files, under whatever names they were imported; methods of paths by their
; names alone.
;
; Deliberately misses: what the code under test does; files that a fixture of pytest hands out, which its name tells.

((call function: (_) @effect.files)
  (#resolves? @effect.files
    "builtins.open" "io.open" "os.open" "os.makedirs" "os.mkdir" "os.remove" "os.unlink" "os.rename" "os.rmdir"
    "shutil.copy" "shutil.copyfile" "shutil.copytree" "shutil.move" "shutil.rmtree" "tempfile.mkdtemp" "tempfile.mkstemp"
    "tempfile.NamedTemporaryFile" "tempfile.TemporaryFile" "tempfile.TemporaryDirectory"))

((call function: (attribute attribute: (identifier) @_method) @effect.files)
  (#any-of? @_method "write_text" "write_bytes" "read_text" "read_bytes"))
