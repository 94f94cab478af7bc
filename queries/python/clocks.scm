; Assertions about how long something took, and about today.
;
; Finds: a difference of clocks that is asserted to be less than something, however it was computed (`elapsed = end -
; start`); an attribute or a method of the present time that is asserted. Makes harmless: frozen time.
;
; Deliberately misses: lower bounds, which hold on a slow machine; upper bounds of more than ten seconds; the present time
; in `<` and `>`; times that are only formatted or stored.

; less than a second, or exactly one
((comparison_operator (_) @_elapsed operators: ["<" "<="] . (_) @_bound) @risk.site
  (#resolves? @_elapsed
    "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().seconds" "datetime.datetime.utcnow().__sub__().seconds" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#value-matches? @_bound "^(0*(\\.[0-9]+)?|1(\\.0*)?|[0-9.]+e-[0-9]+)$")
  (#set! within assertion)
  (#set! risk clock-assert)
  (#set! severity high))
((comparison_operator (_) @_bound operators: [">" ">="] . (_) @_elapsed) @risk.site
  (#resolves? @_elapsed "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#value-matches? @_bound "^(0*\\.[0-9]+|1(\\.0*)?|[0-9.]+e-[0-9]+)$")
  (#set! within assertion)
  (#set! risk clock-assert)
  (#set! severity high))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list . (_) @_elapsed . (_) @_bound)) @risk.site
  (#any-of? @_assert "assertLess" "assertLessEqual")
  (#resolves? @_elapsed "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#value-matches? @_bound "^(0*(\\.[0-9]+)?|1(\\.0*)?|[0-9.]+e-[0-9]+)$")
  (#set! risk clock-assert)
  (#set! severity high))
; up to ten seconds
((comparison_operator (_) @_elapsed operators: ["<" "<="] . (_) @_bound) @risk.site
  (#resolves? @_elapsed "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#value-matches? @_bound "^(1\\.[0-9]*[1-9][0-9]*|[2-9](\\.[0-9]*)?|10(\\.0*)?)$")
  (#set! within assertion)
  (#set! risk clock-assert)
  (#set! severity medium))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list . (_) @_elapsed . (_) @_bound)) @risk.site
  (#any-of? @_assert "assertLess" "assertLessEqual")
  (#resolves? @_elapsed "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#value-matches? @_bound "^(1\\.[0-9]*[1-9][0-9]*|[2-9](\\.[0-9]*)?|10(\\.0*)?)$")
  (#set! risk clock-assert)
  (#set! severity medium))
; a bound that is computed
((comparison_operator (_) @_elapsed operators: ["<" "<="] . (_) @_bound) @risk.site
  (#resolves? @_elapsed "time.time().__sub__()" "time.monotonic().__sub__()" "time.perf_counter().__sub__()" "timeit.default_timer().__sub__()" "datetime.datetime.now().__sub__().total_seconds()" "datetime.datetime.utcnow().__sub__().total_seconds()")
  (#not-value-matches? @_bound "^-?[0-9.]")
  (#set! within assertion)
  (#set! risk clock-assert)
  (#set! severity medium)
  (#set! certainty low))

; --- today
((attribute object: (call function: (_) @_now)) @risk.site
  (#resolves? @_now
    "datetime.datetime.now" "datetime.datetime.utcnow" "datetime.datetime.today" "datetime.date.today" "time.localtime"
    "time.gmtime")
  (#not-match? @risk.site "[.](timestamp|replace|astimezone|tzinfo|isoformat)$")
  (#set! within assertion)
  (#set! risk wall-clock)
  (#set! severity medium)
  (#set! certainty medium))
((comparison_operator (call function: (_) @risk.site) operators: "==")
  (#resolves? @risk.site "datetime.date.today" "datetime.datetime.now" "time.time")
  (#set! within assertion)
  (#set! risk wall-clock)
  (#set! severity medium))
((comparison_operator operators: "==" . (call function: (_) @risk.site))
  (#resolves? @risk.site "datetime.date.today" "datetime.datetime.now" "time.time")
  (#set! within assertion)
  (#set! risk wall-clock)
  (#set! severity medium))
((call
    function: (attribute attribute: (identifier) @_assert)
    arguments: (argument_list (call function: (_) @risk.site)))
  (#resolves? @risk.site "datetime.date.today" "datetime.datetime.now" "time.time")
  (#eq? @_assert "assertEqual")
  (#set! risk wall-clock)
  (#set! severity medium))

; frozen or replaced
([(identifier) (attribute)] @risk.relief
  (#resolves? @risk.relief "freezegun.freeze_time" "time_machine.travel" "pytest.mark.freeze_time" "pytest.mark.time_machine")
  (#set! risk wall-clock))
((call function: (_) @risk.relief arguments: (argument_list (string (string_content) @_what)))
  (#match? @risk.relief "patch|setattr")
  (#match? @_what "(^|[.])(datetime|date|now|today|time)$")
  (#set! anchor "patch setattr")
  (#set! risk wall-clock))
([(identifier) (attribute)] @risk.relief
  (#resolves? @risk.relief "freezegun.freeze_time" "time_machine.travel" "pytest.mark.freeze_time" "pytest.mark.time_machine")
  (#set! risk clock-assert))
((call function: (_) @risk.relief arguments: (argument_list (string (string_content) @_what)))
  (#match? @risk.relief "patch|setattr")
  (#match? @_what "(^|[.])(time|monotonic|perf_counter|datetime|sleep)$")
  (#set! anchor "patch setattr")
  (#set! risk clock-assert))
