; Waiting for a thread, process or event without a limit.
;
; Finds: `join()`, `wait()`, `get()` and `result()` without any argument of threads, processes, events and queues, and
; `join()` of anything, surely where its name speaks of a thread or process; `communicate` and the functions of subprocess without
; `timeout`.
;
; Deliberately misses: `wait()` of what is not known to be one of these; a `join()` whose value goes somewhere, which is a
; text or a coroutine and no wait; waits for what was killed or terminated before, which ends by itself; queues that are asked
; how much they hold.

((call function: (attribute object: (_) @_waited attribute: (identifier) @risk.site) arguments: (argument_list) @_arguments)
  (#eq? @risk.site "join")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#discarded? @risk.site)
  (#not-behind? @_waited "kill" "terminate")
  (#match? @_waited "[Tt]hread|[Pp]roc|[Ww]orker|[Pp]ool|[Qq]ueue|^[tp][0-9]*$|^th$")
  (#set! anchor ".join()")
  (#set! risk join-without-timeout)
  (#set! severity high))
; of what has another name: perhaps no wait
((call function: (attribute object: (_) @_waited attribute: (identifier) @risk.site) arguments: (argument_list) @_arguments)
  (#eq? @risk.site "join")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#discarded? @risk.site)
  (#not-behind? @_waited "kill" "terminate")
  (#not-match? @_waited "[Tt]hread|[Pp]roc|[Ww]orker|[Pp]ool|[Qq]ueue|^[tp][0-9]*$|^th$")
  (#set! anchor ".join()")
  (#set! risk join-without-timeout)
  (#set! severity high)
  (#set! certainty low))
((call function: (attribute object: (_) @_waited) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site
    "threading.Event().wait" "threading.Condition().wait" "threading.Barrier().wait" "multiprocessing.Event().wait"
    "subprocess.Popen().wait" "queue.Queue().get" "multiprocessing.Queue().get"
    "concurrent.futures.ThreadPoolExecutor().submit().result" "concurrent.futures.ProcessPoolExecutor().submit().result")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#not-behind? @_waited "kill" "terminate" "qsize" "empty")
  (#set! risk join-without-timeout)
  (#set! severity high))
((call function: (attribute object: (_) @_waited) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site "subprocess.Popen().communicate")
  (#not-behind? @_waited "kill" "terminate")
  (#not-match? @_arguments "timeout")
  (#set! risk join-without-timeout)
  (#set! severity high))
((call function: (_) @risk.site arguments: (argument_list) @_arguments)
  (#resolves? @risk.site
    "subprocess.run" "subprocess.call" "subprocess.check_call" "subprocess.check_output" "subprocess.getoutput")
  (#not-match? @_arguments "timeout|\\*\\*")
  (#set! risk subprocess-without-timeout)
  (#set! severity low))
