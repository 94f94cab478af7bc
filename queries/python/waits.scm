; Waiting for a thread, process or event without a limit.
;
; Finds: `join()`, `wait()`, `get()` and `result()` without any argument of threads, processes, events and queues, and
; `join()` of anything, surely where its name speaks of a thread or process; `communicate` and the functions of subprocess without
; `timeout`.
;
; Deliberately misses: `wait()` of what is not known to be one of these, awaited waits of asyncio.

((call function: (attribute object: (_) @_waited attribute: (identifier) @risk.site) arguments: (argument_list) @_arguments)
  (#eq? @risk.site "join")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#match? @_waited "[Tt]hread|[Pp]roc|[Ww]orker|[Pp]ool|[Qq]ueue|^[tp][0-9]*$|^th$")
  (#set! anchor ".join()")
  (#set! risk join-without-timeout)
  (#set! severity high))
; of what has another name: perhaps no wait
((call function: (attribute object: (_) @_waited attribute: (identifier) @risk.site) arguments: (argument_list) @_arguments)
  (#eq? @risk.site "join")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#not-match? @_waited "[Tt]hread|[Pp]roc|[Ww]orker|[Pp]ool|[Qq]ueue|^[tp][0-9]*$|^th$")
  (#set! anchor ".join()")
  (#set! risk join-without-timeout)
  (#set! severity high)
  (#set! certainty low))
((call function: (_) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site
    "threading.Event().wait" "threading.Condition().wait" "threading.Barrier().wait" "multiprocessing.Event().wait"
    "subprocess.Popen().wait" "queue.Queue().get" "multiprocessing.Queue().get"
    "concurrent.futures.ThreadPoolExecutor().submit().result" "concurrent.futures.ProcessPoolExecutor().submit().result")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#set! risk join-without-timeout)
  (#set! severity high))
((call function: (_) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site "subprocess.Popen().communicate")
  (#not-match? @_arguments "timeout")
  (#set! risk join-without-timeout)
  (#set! severity high))
((call function: (_) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site
    "subprocess.run" "subprocess.call" "subprocess.check_call" "subprocess.check_output" "subprocess.getoutput")
  (#not-match? @_arguments "timeout|\\*\\*")
  (#set! risk subprocess-without-timeout)
  (#set! severity low))
