; What a script says about how it is run: its options, that it joins a group of processes, and that it needs a GPU.
;
; Finds: every `add_argument("--name")` on any object,
; `torch.distributed.init_process_group(…)` with its backend, and calls of `torch.cuda` that fail where there is no device,
; under whatever names they were imported.
;
; Deliberately misses: other parsers (click, fire, hydra), arguments with computed names, groups of processes that a helper
; of another file joins.

((call
    function: (attribute attribute: (identifier) @_method)
    arguments: (argument_list . (string) @script.option))
  (#eq? @_method "add_argument"))

((call function: (_) @script.processes)
  (#resolves? @script.processes
    "torch.distributed.init_process_group" "torch.distributed.distributed_c10d.init_process_group"
    "deepspeed.init_distributed" "jax.distributed.initialize"))

((call function: (_) @script.device)
  (#resolves? @script.device
    "torch.cuda.set_device" "torch.cuda.synchronize" "torch.cuda.get_device_properties" "torch.cuda.get_device_name"
    "torch.cuda.mem_get_info" "torch.cuda.reset_peak_memory_stats" "torch.cuda.max_memory_allocated"))
