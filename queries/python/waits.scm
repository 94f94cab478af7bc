; Waiting for a thread, process or event without a limit.
;
; Finds: `join()`, `wait()`, `get()` and `result()` without any argument of threads, processes, events and queues, and
; `join()` of anything, since strings and paths take an argument; `communicate` and the functions of subprocess without
; `timeout`.
;
; Deliberately misses: `wait()` of what is not known to be one of these, awaited waits of asyncio.

((call function: (attribute attribute: (identifier) @risk.site) arguments: (argument_list) @_arguments)
  (#eq? @risk.site "join")
  (#match? @_arguments "^\\(\\s*\\)$")
  (#set! anchor ".join()")
  (#set! risk join-without-timeout)
  (#set! severity high))
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
