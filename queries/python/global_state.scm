; Changes of state that belongs to the whole process: what Python imports, the process itself, libraries, modules.
;
; Finds: `sys.path` and `sys.modules`; locale, signals, standard streams and the like; default types, devices and options of
; libraries; attributes of imported modules and objects that a function assigns. Makes harmless: cleanups that name the same.
;
; Deliberately misses: `warnings`, which pytest resets for each test; context managers (`with torch.set_grad_enabled(False)`,
; which the view of risks passes over); attributes of objects that were made in the file.

((call function: (_) @risk.site)
  (#resolves? @risk.site "sys.path.insert" "sys.path.append" "sys.path.extend" "sys.path.remove" "sys.modules.pop" "sys.modules.update" "sys.modules.setdefault")
  (#set! risk import-state-mutation)
  (#set! severity medium))
((assignment left: (subscript value: (_) @risk.site))
  (#resolves? @risk.site "sys.modules")
  (#set! risk import-state-mutation)
  (#set! severity high))
((delete_statement (subscript value: (_) @risk.site))
  (#resolves? @risk.site "sys.modules")
  (#set! risk import-state-mutation)
  (#set! severity high))
((assignment left: (attribute object: (_) @_module attribute: (identifier) @risk.site))
  (#resolves? @_module "sys")
  (#any-of? @risk.site "path" "meta_path" "path_hooks")
  (#set! anchor "<attribute>")
  (#set! risk import-state-mutation)
  (#set! severity high))
((assignment left: (attribute object: (_) @_module attribute: (identifier) @risk.site))
  (#resolves? @_module "sys")
  (#any-of? @risk.site "argv" "stdout" "stderr" "stdin" "excepthook" "displayhook" "dont_write_bytecode")
  (#set! anchor "<attribute>")
  (#set! risk process-state-mutation)
  (#set! severity high))
((call function: (_) @risk.site)
  (#resolves? @risk.site
    "locale.setlocale" "time.tzset" "os.umask" "signal.signal" "sys.setrecursionlimit" "sys.settrace" "sys.setprofile"
    "gc.disable" "logging.disable" "socket.setdefaulttimeout" "multiprocessing.set_start_method"
    "torch.multiprocessing.set_start_method")
  (#set! risk process-state-mutation)
  (#set! severity high))
((call function: (_) @risk.site)
  (#resolves? @risk.site
    "torch.set_default_dtype" "torch.set_default_device" "torch.set_default_tensor_type" "torch.set_num_threads"
    "torch.use_deterministic_algorithms" "torch.set_deterministic_debug_mode" "torch.set_float32_matmul_precision"
    "torch.set_printoptions" "torch.set_grad_enabled" "torch._C._set_grad_enabled" "numpy.seterr" "numpy.set_printoptions" "jax.config.update"
    "pandas.set_option" "pandas.options.**" "tensorflow.config.set_*")
  (#set! risk library-state-mutation)
  (#set! severity high))
; a backend without windows is what every test can do with
((call function: (_) @risk.site arguments: (argument_list . (_) @_backend))
  (#resolves? @risk.site "matplotlib.use")
  (#not-value-matches? @_backend "(?i)^[\"'](agg|template|svg|pdf|ps|cairo)")
  (#set! risk library-state-mutation)
  (#set! severity high))
((assignment left: (attribute object: (_) @_module attribute: (identifier) @risk.site))
  (#imported? @_module)
  (#not-resolves? @_module "sys" "torch.testing._internal.**" "flask.g" "flask.session" "flask.globals.*")
  (#not-any-of? @risk.site "requires_grad" "data" "grad")
  (#set! anchor "<attribute>")
  (#set! risk module-attribute-mutation)
  (#set! severity high)
  (#set! certainty medium))

((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback")
  (#match? @_what "sys[.](path|modules)|modules|path")
  (#set! risk import-state-mutation))
((call function: (_) @risk.relief arguments: (argument_list . (_) @_what))
  (#match? @risk.relief "patch([.]dict|[.]object)?$|setitem$|delitem$|setattr$|delattr$|syspath_prepend$")
  (#match? @_what "sys")
  (#set! anchor "patch setitem delitem setattr delattr syspath_prepend")
  (#set! risk import-state-mutation))
((call function: (attribute attribute: (identifier) @risk.relief))
  (#any-of? @risk.relief "syspath_prepend" "syspathinsert")
  (#set! risk import-state-mutation))
((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback")
  (#match? @_what "setlocale|tzset|umask|signal|setrecursionlimit|settrace|setprofile|enable|disable|argv|std(out|err|in)|setdefaulttimeout")
  (#set! risk process-state-mutation))
((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback")
  (#match? @_what "set_|seterr|update|use|config")
  (#set! risk library-state-mutation))
((call function: (attribute attribute: (identifier) @risk.relief) arguments: (argument_list (_) @_what))
  (#any-of? @risk.relief "addCleanup" "addClassCleanup" "addModuleCleanup" "addfinalizer" "callback")
  (#match? @_what "setattr")
  (#set! risk module-attribute-mutation))
((call function: (_) @risk.relief)
  (#resolves? @risk.relief "gc.enable")
  (#set! risk process-state-mutation))
