; Declared lists of cases, and what looks like them.
;
; Finds: decorators and `pytestmark` entries that multiply collected tests (pytest, torch, parameterized, absl, jax, ddt,
; pytest-cases, testscenarios), also when the decorator was kept in a variable; parametrized fixtures; the
; `pytest_generate_tests` hook; framework calls that instantiate templates; sub-cases that exist at run time only.
;
; Deliberately misses: loops in a test body (but for loops over `itertools.product`, which are reported as such), tests
; made by `setattr`, `type()` or `exec`, and `schemathesis`, whose `parametrize` generates requests: see property.scm.

; --- decorators: `@parametrize("n", [1, 2])` and, from a variable, `@sizes`
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases
    "pytest.mark.parametrize" "pytest_cases.parametrize" "unittest_parametrize.parametrize"
    "torch.testing._internal.**.parametrize" "torch.testing._internal.**.reparametrize")
  (#set! cases argvalues))
((decorator [(identifier) (attribute)] @parametrize.cases)
  (#resolves? @parametrize.cases
    "pytest.mark.parametrize()" "pytest_cases.parametrize()" "torch.testing._internal.**.parametrize()")
  (#set! cases argvalues))

((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases
    "parameterized.parameterized.expand" "nose_parameterized.parameterized.expand" "parameterized.parameterized_class"
    "parameterized.parameterized" "nose_parameterized.parameterized")
  (#set! cases first))
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases
    "absl.testing.parameterized.parameters" "absl.testing.parameterized.named_parameters"
    "chex.**.parameters" "chex.**.named_parameters")
  (#set! cases arguments))
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases "absl.testing.parameterized.product")
  (#set! cases product))
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases "jax.**.sample_product" "jax.**.sample_product_testcases")
  (#set! cases sample))
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases "ddt.data" "ddt.named_data")
  (#set! cases data))
((decorator (call function: (_) @parametrize.cases))
  (#resolves? @parametrize.cases "torch.testing._internal.**.dtypes" "torch.testing._internal.**.dtypesIf*")
  (#set! cases per-device))
((decorator [
    (call function: (_) @parametrize.cases)
    [(identifier) (attribute)] @parametrize.cases])
  (#resolves? @parametrize.cases
    "torch.testing._internal.**.ops" "torch.testing._internal.**.modules" "torch.testing._internal.**.optims"
    "torch.testing._internal.**.ops()" "torch.testing._internal.**.modules()" "torch.testing._internal.**.optims()"
    "torch.testing._internal.**.dtypes()"
    "chex.variants" "chex.all_variants" "chex.**.variants" "chex.**.all_variants" "chex.variants()" "chex.all_variants()"
    "pytest_cases.parametrize_with_cases" "parametrize_from_file.parametrize" "ddt.idata" "ddt.file_data"
    "parameterized.parameterized.expand()" "absl.testing.parameterized.parameters()"
    "absl.testing.parameterized.named_parameters()" "absl.testing.parameterized.product()")
  (#set! cases unknown))

; --- anywhere in what is assigned or added to `pytestmark`
((call function: (_) @parametrize.cases)
  (#resolves? @parametrize.cases "pytest.mark.parametrize")
  (#set! within pytestmark)
  (#set! cases argvalues))
([(identifier) (attribute)] @parametrize.cases
  (#resolves? @parametrize.cases "pytest.mark.parametrize()")
  (#set! within pytestmark)
  (#set! cases argvalues))

; --- scenarios of testscenarios: the base class turns the class attribute into cases
((class_definition superclasses: (argument_list (_) @parametrize.cases))
  (#resolves? @parametrize.cases "testscenarios.**.WithScenarios" "testscenarios.WithScenarios"
    "testscenarios.TestWithScenarios" "testscenarios.**.TestWithScenarios")
  (#set! cases unknown))

; --- fixtures with `params`
((decorator
    (call
      function: (_) @parametrize.fixture
      arguments: (argument_list (keyword_argument name: (identifier) @_params))))
  (#resolves? @parametrize.fixture
    "pytest.fixture" "pytest.yield_fixture" "pytest_asyncio.fixture" "pytest_cases.fixture" "pytest_trio.trio_fixture")
  (#eq? @_params "params")
  (#set! cases params))

; --- the hook, and what it parametrizes
((function_definition name: (identifier) @parametrize.hook)
  (#eq? @parametrize.hook "pytest_generate_tests")
  (#set! cases unknown))
((call function: (attribute object: (identifier) @_metafunc attribute: (identifier) @parametrize.hook))
  (#eq? @parametrize.hook "parametrize")
  (#eq? @_metafunc "metafunc")
  (#set! cases hook))

; --- instantiation of templates: proves no list of cases by itself
((call function: (_) @parametrize.instantiate)
  (#resolves? @parametrize.instantiate
    "torch.testing._internal.**.instantiate_parametrized_tests"
    "torch.testing._internal.**.instantiate_device_type_tests"))
((decorator [(identifier) (attribute)] @parametrize.instantiate)
  (#resolves? @parametrize.instantiate "torch.testing._internal.**.instantiate_parametrized_tests"))

; --- sub-cases at run time: one collected test
((call function: (attribute attribute: (identifier) @subcases.call))
  (#any-of? @subcases.call "subTest" "run_subtests"))
((call function: (_) @subcases.call)
  (#resolves? @subcases.call "torch.testing._internal.**.run_subtests"))
((call function: (attribute object: (identifier) @_subtests attribute: (identifier) @subcases.call))
  (#eq? @_subtests "subtests")
  (#eq? @subcases.call "test"))
((for_statement right: (call function: (_) @subcases.loop))
  (#resolves? @subcases.loop "itertools.product"))
