; Property-based tests and fuzz targets: hypothesis in every spelling, schemathesis, atheris.
;
; Deliberately misses: functions of the project that happen to be called `given`, importing hypothesis without using it,
; tests that are only named after fuzzing.

((decorator [
    (call function: (_) @property.test)
    [(identifier) (attribute)] @property.test])
  (#resolves? @property.test
    "hypothesis.given" "hypothesis.core.given" "hypothesis.given()" "hypothesis.core.given()"
    "hypothesis.extra.**.given" "torch.testing._internal.hypothesis_utils.given"))
((call function: (_) @property.test)
  (#resolves? @property.test "hypothesis.given()" "hypothesis.find" "hypothesis.stateful.run_state_machine_as_test"))

((class_definition superclasses: (argument_list (_) @property.machine))
  (#resolves? @property.machine "hypothesis.stateful.*StateMachine"))

([(identifier) (attribute)] @property.strategy
  (#resolves? @property.strategy
    "hypothesis.strategies.*" "hypothesis.extra.*.*" "polars.testing.parametric.**"
    "torch.testing._internal.hypothesis_utils.*"))

((call function: (_) @property.settings)
  (#resolves? @property.settings
    "hypothesis.settings" "hypothesis.settings.register_profile" "hypothesis.settings.load_profile" "hypothesis.seed"))

; schemathesis: `schema.parametrize()` generates requests; it is no list of cases
((decorator (call function: (attribute) @property.test))
  (#resolves? @property.test
    "schemathesis.from_*().parametrize" "schemathesis.**.from_*().parametrize" "schemathesis.**.load*().parametrize"
    "schemathesis.pytest.from_fixture().parametrize"))
((decorator (call function: (attribute) @property.test))
  (#resolves? @property.test
    "schemathesis.from_*().given" "schemathesis.**.from_*().given" "schemathesis.from_*().include().parametrize"))

((call function: (_) @property.fuzz-target)
  (#resolves? @property.fuzz-target "atheris.Setup" "atheris.Fuzz"))
