; Draws of random values: what is called, or passed uncalled, to make data.
;
; Finds: generators of torch (also of its distributed and sharded tensors), numpy (legacy functions and Generator
; objects), the standard library, jax, tensorflow, secrets and faker; in-place fillers; random initialisers; objects that
; draw. Weaker, by themselves no reason: helpers known to draw inside.
;
; Deliberately misses: generators named in source text (embedded.scm), seeding alone (seeding.scm), `torch.empty`, uuid, the default initialisation of modules, dropout,
; helpers of the project that draw in another file.

; --- torch
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "torch.rand" "torch.randn" "torch.randint" "torch.randperm" "torch.rand_like" "torch.randn_like"
    "torch.randint_like" "torch.normal" "torch.bernoulli" "torch.multinomial" "torch.poisson" "torch.binomial"
    "torch.distributed.tensor.rand" "torch.distributed.tensor.randn" "torch.distributed.tensor.randint"
    "torch.distributed._tensor.rand" "torch.distributed._tensor.randn" "torch.distributed._tensor.randint"
    "torch.distributed.tensor._api.rand" "torch.distributed.tensor._api.randn"
    "torch.distributed._tensor.api.rand" "torch.distributed._tensor.api.randn"
    "torch.distributed._shard.sharded_tensor.rand" "torch.distributed._shard.sharded_tensor.randn"
    "torch.distributed._shard.sharded_tensor.**.rand" "torch.distributed._shard.sharded_tensor.**.randn"
    "torch.testing.make_tensor" "torch.testing._internal.**.make_tensor" "torch.testing._creation.make_tensor")
  (#set! library torch))
; `x.normal_()`: the trailing underscore is torch's; `nn.init.normal_` is an initialiser
((call function: (attribute object: (_) @_object attribute: (identifier) @random.in-place))
  (#any-of? @random.in-place
    "random_" "uniform_" "normal_" "cauchy_" "exponential_" "geometric_" "log_normal_" "bernoulli_")
  (#not-resolves? @_object "torch.nn.init" "torch.nn.modules.init" "paddle.nn.initializer")
  (#set! library torch))

([(identifier) (attribute)] @random.initialiser
  (#resolves? @random.initialiser
    "torch.nn.init.uniform_" "torch.nn.init.normal_" "torch.nn.init.trunc_normal_"
    "torch.nn.init.xavier_uniform_" "torch.nn.init.xavier_normal_" "torch.nn.init.kaiming_uniform_"
    "torch.nn.init.kaiming_normal_" "torch.nn.init.orthogonal_" "torch.nn.init.sparse_"
    "torch.nn.init.uniform" "torch.nn.init.normal" "torch.nn.init.xavier_uniform" "torch.nn.init.xavier_normal"
    "torch.nn.init.kaiming_uniform" "torch.nn.init.kaiming_normal" "torch.nn.init.orthogonal" "torch.nn.init.sparse")
  (#set! library torch))

; known to draw inside: by themselves no reason
((call function: (attribute attribute: (identifier) @random.indirect))
  (#any-of? @random.indirect
    "sample_inputs" "sample_inputs_func" "reference_inputs" "reference_inputs_func" "error_inputs"
    "sample_inputs_sparse_coo" "sample_inputs_sparse_csr" "module_inputs_func" "optim_inputs_func")
  (#set! library torch))
((call function: (_) @random.indirect)
  (#resolves? @random.indirect
    "torch.testing._internal.common_utils.random_*" "torch.testing._internal.common_utils.rand_*"
    "torch.testing._internal.common_fsdp.get_input")
  (#set! library torch))

; --- numpy: legacy functions of the global state
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "numpy.random.rand" "numpy.random.randn" "numpy.random.randint" "numpy.random.random"
    "numpy.random.random_sample" "numpy.random.random_integers" "numpy.random.ranf" "numpy.random.sample"
    "numpy.random.choice" "numpy.random.bytes" "numpy.random.shuffle" "numpy.random.permutation"
    "numpy.random.beta" "numpy.random.binomial" "numpy.random.chisquare" "numpy.random.dirichlet"
    "numpy.random.exponential" "numpy.random.f" "numpy.random.gamma" "numpy.random.geometric"
    "numpy.random.gumbel" "numpy.random.hypergeometric" "numpy.random.laplace" "numpy.random.logistic"
    "numpy.random.lognormal" "numpy.random.logseries" "numpy.random.multinomial"
    "numpy.random.multivariate_normal" "numpy.random.negative_binomial" "numpy.random.noncentral_chisquare"
    "numpy.random.noncentral_f" "numpy.random.normal" "numpy.random.pareto" "numpy.random.poisson"
    "numpy.random.power" "numpy.random.rayleigh" "numpy.random.standard_cauchy"
    "numpy.random.standard_exponential" "numpy.random.standard_gamma" "numpy.random.standard_normal"
    "numpy.random.standard_t" "numpy.random.triangular" "numpy.random.uniform" "numpy.random.vonmises"
    "numpy.random.wald" "numpy.random.weibull" "numpy.random.zipf")
  (#set! library numpy))
; objects that draw, and draws from them
((call function: (_) @random.constructor)
  (#resolves? @random.constructor
    "numpy.random.default_rng" "numpy.random.RandomState" "numpy.random.Generator" "numpy.random.mtrand.RandomState")
  (#set! library numpy))
((call function: (attribute) @random.generator)
  (#resolves? @random.generator
    "numpy.random.default_rng().*" "numpy.random.RandomState().*" "numpy.random.Generator().*"
    "numpy.random.mtrand.RandomState().*")
  (#not-resolves? @random.generator
    "numpy.random.RandomState().seed" "numpy.random.RandomState().get_state" "numpy.random.RandomState().set_state"
    "numpy.random.default_rng().spawn")
  (#set! library numpy))

; --- the standard library
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "random.random" "random.randint" "random.randrange" "random.randbytes" "random.getrandbits" "random.choice"
    "random.choices" "random.sample" "random.shuffle" "random.uniform" "random.triangular" "random.gauss"
    "random.normalvariate" "random.lognormvariate" "random.expovariate" "random.gammavariate" "random.betavariate"
    "random.paretovariate" "random.vonmisesvariate" "random.weibullvariate" "random.binomialvariate")
  (#set! library stdlib))
((call function: (_) @random.constructor)
  (#resolves? @random.constructor "random.Random" "random.SystemRandom")
  (#set! library stdlib))
((call function: (attribute) @random.generator)
  (#resolves? @random.generator
    "random.Random().random" "random.Random().rand*" "random.Random().getrandbits" "random.Random().choice*"
    "random.Random().sample" "random.Random().shuffle" "random.Random().uniform" "random.Random().gauss"
    "random.Random().triangular" "random.Random().*variate" "random.SystemRandom().*")
  (#set! library stdlib))
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "os.urandom" "secrets.token_bytes" "secrets.token_hex" "secrets.token_urlsafe" "secrets.randbelow"
    "secrets.randbits" "secrets.choice")
  (#set! library any))

; --- jax: always from an explicit key
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "jax.random.uniform" "jax.random.normal" "jax.random.randint" "jax.random.bits" "jax.random.bernoulli"
    "jax.random.ball" "jax.random.beta" "jax.random.binomial" "jax.random.categorical" "jax.random.cauchy"
    "jax.random.chisquare" "jax.random.choice" "jax.random.dirichlet" "jax.random.double_sided_maxwell"
    "jax.random.exponential" "jax.random.f" "jax.random.gamma" "jax.random.generalized_normal"
    "jax.random.geometric" "jax.random.gumbel" "jax.random.laplace" "jax.random.loggamma" "jax.random.logistic"
    "jax.random.lognormal" "jax.random.maxwell" "jax.random.multinomial" "jax.random.multivariate_normal"
    "jax.random.orthogonal" "jax.random.pareto" "jax.random.permutation" "jax.random.poisson"
    "jax.random.rademacher" "jax.random.rayleigh" "jax.random.shuffle" "jax.random.t" "jax.random.triangular"
    "jax.random.truncated_normal" "jax.random.wald" "jax.random.weibull_min"
    "jax.**.test_util.rand_*")
  (#set! library jax))

; --- tensorflow
([(identifier) (attribute)] @random.generator
  (#resolves? @random.generator
    "tensorflow.random.uniform" "tensorflow.random.normal" "tensorflow.random.truncated_normal"
    "tensorflow.random.gamma" "tensorflow.random.poisson" "tensorflow.random.categorical" "tensorflow.random.shuffle"
    "tensorflow.random.stateless_*" "tensorflow.compat.v1.random_*" "tensorflow.compat.v1.random.*"
    "tensorflow.compat.v2.random.uniform" "tensorflow.compat.v2.random.normal" "tensorflow.random_uniform"
    "tensorflow.random_normal" "tensorflow.truncated_normal" "tensorflow.random_shuffle")
  (#not-resolves? @random.generator "tensorflow.compat.v1.random.set_random_seed")
  (#set! library tensorflow))
((call function: (attribute) @random.generator)
  (#resolves? @random.generator "tensorflow.random.Generator.*().*" "tensorflow.random.get_global_generator().*")
  (#set! library tensorflow))

; --- faker
((call function: (_) @random.constructor)
  (#resolves? @random.constructor "faker.Faker" "faker.Factory.create")
  (#set! library faker))
((call function: (attribute) @random.generator)
  (#resolves? @random.generator "faker.Faker().**" "faker.Factory.create().**")
  (#not-resolves? @random.generator "faker.Faker().seed*" "faker.Faker().add_provider")
  (#set! library faker))

; --- `getattr(torch, "rand")`, called or passed: the frequent names only
((call function: (identifier) @_getattr arguments: (argument_list . (_) . (string))) @random.generator
  (#eq? @_getattr "getattr")
  (#resolves? @random.generator
    "torch.rand" "torch.randn" "torch.randint" "torch.randperm" "torch.rand_like" "torch.randn_like"
    "torch.randint_like" "torch.normal" "torch.bernoulli" "torch.multinomial" "torch.poisson")
  (#set! library torch))
((call function: (identifier) @_getattr arguments: (argument_list . (_) . (string))) @random.generator
  (#eq? @_getattr "getattr")
  (#resolves? @random.generator
    "numpy.random.rand" "numpy.random.randn" "numpy.random.randint" "numpy.random.random" "numpy.random.choice"
    "numpy.random.shuffle" "numpy.random.permutation" "numpy.random.normal" "numpy.random.uniform")
  (#set! library numpy))
((call function: (identifier) @_getattr arguments: (argument_list . (_) . (string))) @random.generator
  (#eq? @_getattr "getattr")
  (#resolves? @random.generator
    "random.random" "random.randint" "random.randrange" "random.choice" "random.choices" "random.sample"
    "random.shuffle" "random.uniform" "random.gauss")
  (#set! library stdlib))
