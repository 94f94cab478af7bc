; Waiting for a fixed time, in the hope that something has happened by then.
;
; Finds: calls of the sleep functions of time and of the event loops, for more than a tenth of a second. Makes harmless: a
; patch of a `sleep` or of a whole `time`. A coroutine that is handed on and not awaited may be a deadline: it is unsure.
;
; Deliberately misses: sleeping for up to a tenth of a second, waiting by methods of the project. Whether the place is in a
; loop, which polls, the view of risks decides.

((call function: (_) @risk.site arguments: (argument_list . (_) @_time))
  (#resolves? @risk.site "time.sleep" "gevent.sleep" "eventlet.sleep")
  (#value-matches? @_time "^[0-9][0-9_]*(\\.[0-9]*)?$|^\\.[0-9]+$")
  (#not-value-matches? @_time "^0*(\\.(0[0-9]*|10*)?)?$|^([3-9][0-9]|[1-9][0-9_]{2,})(\\.|$)")
  (#set! risk sleep)
  (#set! severity low))
((await (call function: (_) @risk.site arguments: (argument_list . (_) @_time)))
  (#resolves? @risk.site "asyncio.sleep" "trio.sleep" "anyio.sleep")
  (#value-matches? @_time "^[0-9][0-9_]*(\\.[0-9]*)?$|^\\.[0-9]+$")
  (#not-value-matches? @_time "^0*(\\.(0[0-9]*|10*)?)?$|^([3-9][0-9]|[1-9][0-9_]{2,})(\\.|$)")
  (#set! risk sleep)
  (#set! severity low))
; handed on, not awaited
((call function: (_) @risk.site arguments: (argument_list . (_) @_time))
  (#resolves? @risk.site "asyncio.sleep" "trio.sleep" "anyio.sleep")
  (#value-matches? @_time "^[0-9][0-9_]*(\\.[0-9]*)?$|^\\.[0-9]+$")
  (#not-value-matches? @_time "^0*(\\.(0[0-9]*|10*)?)?$|^([3-9][0-9]|[1-9][0-9_]{2,})(\\.|$)")
  (#set! risk sleep)
  (#set! severity low)
  (#set! certainty low))
; for so long that it stands for what hangs
((call function: (_) @risk.site arguments: (argument_list . (_) @_time))
  (#resolves? @risk.site "time.sleep" "gevent.sleep" "eventlet.sleep" "asyncio.sleep" "trio.sleep" "anyio.sleep")
  (#value-matches? @_time "^([3-9][0-9]|[1-9][0-9_]{2,})(\\.[0-9]*)?$")
  (#set! risk sleep)
  (#set! severity low)
  (#set! certainty low))
; for a time that is computed
((call function: (_) @risk.site arguments: (argument_list . (_) @_time))
  (#resolves? @risk.site "time.sleep" "gevent.sleep" "eventlet.sleep")
  (#not-value-matches? @_time "^[-.]?[0-9]")
  (#set! risk sleep)
  (#set! severity low)
  (#set! certainty medium))
((await (call function: (_) @risk.site arguments: (argument_list . (_) @_time)))
  (#resolves? @risk.site "asyncio.sleep" "trio.sleep" "anyio.sleep")
  (#not-value-matches? @_time "^[-.]?[0-9]")
  (#set! risk sleep)
  (#set! severity low)
  (#set! certainty medium))

; patched: `patch("time.sleep")`, `monkeypatch.setattr(time, "sleep", …)`
((call function: (_) @risk.relief arguments: (argument_list (string (string_content) @_what)))
  (#match? @risk.relief "patch|setattr")
  (#match? @_what "(^|[.])(_?sleep|time|asyncio)$")
  (#set! anchor "patch setattr")
  (#set! risk sleep))
