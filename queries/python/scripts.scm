; What tells a script that is run by hand from a module of tests, and what runs the examples in docstrings.
;
; Finds: parsers of command lines; the ranks that launchers of several processes give in the environment; calls that run the module's tests, or search
; modules for examples and run them.
;
; Deliberately misses: `sys.argv`, which test modules read for other ends.

((call function: (_) @script.arguments)
  (#resolves? @script.arguments
    "argparse.ArgumentParser" "optparse.OptionParser" "typer.Typer" "typer.run" "fire.Fire" "absl.app.run" "docopt.docopt"
    "click.command" "click.group" "jsonargparse.CLI" "tyro.cli" "transformers.HfArgumentParser"))

((subscript value: (_) @_environ subscript: (string) @_name) @script.launcher
  (#resolves? @_environ "os.environ")
  (#any-of? @_name "\"RANK\"" "\"LOCAL_RANK\"" "\"WORLD_SIZE\"" "'RANK'" "'LOCAL_RANK'" "'WORLD_SIZE'"))

((call function: (_) @script.launcher arguments: (argument_list . (string) @_name))
  (#resolves? @script.launcher "os.environ.get" "os.getenv")
  (#any-of? @_name "\"RANK\"" "\"LOCAL_RANK\"" "\"WORLD_SIZE\"" "'RANK'" "'LOCAL_RANK'" "'WORLD_SIZE'"))

((call function: (_) @script.runner)
  (#resolves? @script.runner
    "unittest.main" "unittest.TextTestRunner().run" "pytest.main" "absl.testing.absltest.main" "testtools.main"
    "torch.testing.**.run_tests" "torch._dynamo.test_case.run_tests" "torch._inductor.test_case.run_tests"))

((call function: (_) @doctest.run)
  (#resolves? @doctest.run
    "doctest.testmod" "doctest.testfile" "doctest.DocTestSuite" "doctest.DocFileSuite" "doctest.DocTestRunner"
    "doctest.run_docstring_examples" "xdoctest.doctest_module" "xdoctest.runner.doctest_module"))
