; Conditions that skip a test where a device is missing.
;
; Finds: `skipif`, `skipIf` and `skipUnless` whose condition asks for a GPU: `not torch.cuda.is_available()`, a name that was
; assigned from it in the same file, `torch.cuda.device_count() < 2`. The capture is the condition. On what the mark or
; decorator stands, and through which name, resolution decides.
;
; Deliberately misses: the inverted condition, which asks for a machine without the device; `and`, `or` and text conditions;
; probes of the project's own; `if` and `pytest.skip` within a test.

((call
    function: (_) @_mark
    arguments: (argument_list . (not_operator
      argument: [(identifier) (attribute) (call)] @_probe) @gate.device))
  (#resolves? @_mark "pytest.mark.skipif" "unittest.skipIf" "unittest.case.skipIf")
  (#resolves? @_probe
    "torch.cuda.is_available()" "torch.cuda.device_count()" "torch.cuda.is_bf16_supported()" "cupy.cuda.is_available()"
    "tensorflow.test.is_gpu_available()" "numba.cuda.is_available()" "paddle.is_compiled_with_cuda()"))

((call
    function: (_) @_mark
    arguments: (argument_list . [(identifier) (attribute) (call)] @_probe @gate.device))
  (#resolves? @_mark "unittest.skipUnless" "unittest.case.skipUnless")
  (#resolves? @_probe
    "torch.cuda.is_available()" "torch.cuda.device_count()" "torch.cuda.is_bf16_supported()" "cupy.cuda.is_available()"
    "tensorflow.test.is_gpu_available()" "numba.cuda.is_available()" "paddle.is_compiled_with_cuda()"))

((call
    function: (_) @_mark
    arguments: (argument_list . (comparison_operator
      . [(identifier) (attribute) (call)] @_probe operators: "<" . (integer)) @gate.device))
  (#resolves? @_mark "pytest.mark.skipif" "unittest.skipIf" "unittest.case.skipIf")
  (#resolves? @_probe "torch.cuda.device_count()"))
