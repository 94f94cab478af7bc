; What fixes the state of a generator: calls that seed a global generator. Whether a seed is in scope, precedes the draw
; and has a fixed value is judged in resolution. Objects that are made with a seed are in random.scm.

((call function: (_) @seed.call)
  (#resolves? @seed.call
    "torch.manual_seed" "torch.random.manual_seed" "torch.cuda.manual_seed" "torch.cuda.manual_seed_all"
    "torch.cuda.random.manual_seed" "torch.cuda.random.manual_seed_all" "torch.mps.manual_seed" "torch.xpu.manual_seed"
    "torch.xpu.manual_seed_all")
  (#set! library torch))
((call function: (_) @seed.call)
  (#resolves? @seed.call "numpy.random.seed")
  (#set! library numpy))
((call function: (_) @seed.call)
  (#resolves? @seed.call "random.seed")
  (#set! library stdlib))
((call function: (_) @seed.call)
  (#resolves? @seed.call "tensorflow.random.set_seed" "tensorflow.compat.v1.set_random_seed" "tensorflow.set_random_seed")
  (#set! library tensorflow))
((call function: (_) @seed.call)
  (#resolves? @seed.call "jax.random.PRNGKey" "jax.random.key")
  (#set! library jax))
((call function: (_) @seed.call)
  (#resolves? @seed.call "faker.Faker.seed" "faker.Faker().seed" "faker.Faker().seed_instance")
  (#set! library faker))
; all libraries at once
((call function: (_) @seed.call)
  (#resolves? @seed.call
    "torch.testing._internal.common_utils.set_rng_seed" "transformers.set_seed" "transformers.trainer_utils.set_seed"
    "accelerate.utils.set_seed" "accelerate.utils.random.set_seed" "lightning.seed_everything"
    "lightning.pytorch.seed_everything" "lightning.fabric.seed_everything" "pytorch_lightning.seed_everything"
    "lightning_fabric.seed_everything" "tensorflow.keras.utils.set_random_seed" "keras.utils.set_random_seed")
  (#set! library any))

; an override of a set-up method that runs its base's
((call function: (attribute object: (call function: (identifier) @_super) attribute: (identifier) @setup.super))
  (#any-of? @setup.super "setUp" "setUpClass" "asyncSetUp" "setup_method" "setup_class" "_spawn_processes")
  (#eq? @_super "super")
  (#set! anchor "setUp setUpClass asyncSetUp setup_method setup_class _spawn_processes"))
