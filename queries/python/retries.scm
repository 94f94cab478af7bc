; Tests that are run again when they fail, and assertions that are tried again.
;
; Finds: marks and decorators of pytest-rerunfailures, flaky, tenacity and the like; `except AssertionError`, of which the view
; of risks keeps those in loops.
;
; Deliberately misses: retries of the code under test; options of pytest, which the configuration says.

([(identifier) (attribute)] @risk.site
  (#resolves? @risk.site
    "pytest.mark.flaky" "flaky.flaky" "tenacity.retry" "retrying.retry" "retry.retry" "backoff.on_exception"
    "torch.testing._internal.common_utils.retry" "torch.testing._internal.common_utils.retry_on_connect_failures")
  (#set! risk retry-marker)
  (#set! severity medium))
((except_clause (_) @risk.site)
  (#resolves? @risk.site "builtins.AssertionError")
  (#set! risk retry-loop)
  (#set! severity medium))
((except_clause (as_pattern . (_) @risk.site))
  (#resolves? @risk.site "builtins.AssertionError")
  (#set! risk retry-loop)
  (#set! severity medium))
