//! What is known of test frameworks that are not part of the audited tree. One table for each question.

use super::test_cases::{self, Verdict};

/// Modules of frameworks whose classes with `Test` in their names are test cases, beyond those that `test_cases` lists.
const TEST_CASE_MODULES: &[&str] = &[
    "unittest.",
    "unittest2.",
    "absl.testing.",
    "django.test.",
    "twisted.trial.unittest.",
    "torch.testing._internal.",
    "tornado.testing.",
    "asynctest.",
    "aiounittest.",
    "testtools.",
    "jax._src.test_util.",
    "jax.test_util.",
    "chex.",
];

/// Whether a class outside the tree is one that unittest collects.
pub(super) fn is_test_case(base: &str) -> bool {
    match test_cases::verdict(base) {
        Verdict::TestCase => true,
        Verdict::NotTestCase => false,
        Verdict::Unknown => {
            TEST_CASE_MODULES.iter().any(|module| base.starts_with(module))
                && base.rsplit('.').next().unwrap_or(base).contains("Test")
        }
    }
}

/// Whether a name outside of the tree is known by itself, so that nobody need look for its source. One without a dot is
/// a module's, and may be that of the tree.
pub(super) fn is_known(dotted: &str) -> bool {
    dotted.contains('.')
        && (TEST_CASE_MODULES.iter().any(|module| dotted.starts_with(module)) || test_cases::is_listed(dotted))
}

/// Bases outside of the tree that bring an `__init__` or `__new__`.
const WITH_CONSTRUCTOR: [&str; 28] = [
    "builtins.Exception",
    "builtins.BaseException",
    "builtins.dict",
    "builtins.list",
    "builtins.set",
    "builtins.frozenset",
    "builtins.tuple",
    "builtins.str",
    "builtins.bytes",
    "builtins.int",
    "builtins.float",
    "collections.ChainMap",
    "collections.Counter",
    "collections.OrderedDict",
    "collections.UserDict",
    "collections.UserList",
    "collections.UserString",
    "collections.defaultdict",
    "collections.deque",
    "collections.namedtuple()",
    "enum.Enum",
    "enum.IntEnum",
    "builtins.type",
    "unittest.TestSuite",
    "typing.NamedTuple",
    "typing.Protocol",
    "threading.Thread",
    "pydantic.BaseModel",
];

/// Whether a base outside of the tree brings a constructor of its own.
pub(super) fn has_constructor(dotted: &str) -> bool {
    let is_exception = ["Error", "Warning"].iter().any(|ending| dotted.ends_with(ending));
    WITH_CONSTRUCTOR.contains(&dotted) || is_exception && dotted.starts_with("builtins.")
}

/// What a base class does to generators before each test.
pub(super) struct SeedingBase {
    /// The dotted name begins so.
    prefix: &'static str,
    /// And its last part is this, where given.
    class: Option<&'static str>,
    /// The libraries whose global generator it seeds; `any` for all.
    pub(super) libraries: &'static [&'static str],
    /// Whether a test runs in a process where only what was seeded at import is seeded.
    pub(super) at_import: bool,
    /// What to call it in a report.
    pub(super) name: &'static str,
}

/// torch: `TestCase.setUp` calls `set_rng_seed`, which seeds torch, numpy and random (`common_utils.py`);
/// the `TestCase` of dynamo is a subclass whose `setUp` calls that, and inductor's is a subclass of dynamo's.
/// `MultiProcessTestCase` runs the test in a child that never called `setUp`; `MultiThreadedTestCase.setUp` says that it
/// skips `super().setUp()` (`common_distributed.py`). jax: `JaxTestCase.setUp` makes `self.rng()` from the test's name.
const SEEDING_BASES: &[SeedingBase] = &[
    SeedingBase {
        prefix: "torch.testing._internal.common_distributed.",
        class: None,
        libraries: &["torch"],
        at_import: true,
        name: "torch, once at import: the test runs in a child process or thread without `setUp`",
    },
    SeedingBase {
        prefix: "torch.testing._internal.common_fsdp.",
        class: None,
        libraries: &["torch"],
        at_import: true,
        name: "torch, once at import: the test runs in a child process without `setUp`",
    },
    SeedingBase {
        prefix: "torch.testing._internal.distributed.",
        class: None,
        libraries: &["torch"],
        at_import: true,
        name: "torch, once at import: the test runs in a child process without `setUp`",
    },
    SeedingBase {
        prefix: "torch.testing._internal.",
        class: Some("TestCase"),
        libraries: &["torch", "numpy", "stdlib"],
        at_import: false,
        name: "framework base class: torch's `TestCase.setUp` seeds torch, numpy and random",
    },
    SeedingBase {
        prefix: "torch._dynamo.test_case.",
        class: Some("TestCase"),
        libraries: &["torch", "numpy", "stdlib"],
        at_import: false,
        name: "framework base class: torch's `TestCase.setUp` seeds torch, numpy and random",
    },
    SeedingBase {
        prefix: "torch._inductor.test_case.",
        class: Some("TestCase"),
        libraries: &["torch", "numpy", "stdlib"],
        at_import: false,
        name: "framework base class: torch's `TestCase.setUp` seeds torch, numpy and random",
    },
    SeedingBase {
        prefix: "jax._src.test_util.",
        class: Some("JaxTestCase"),
        libraries: &["jax"],
        at_import: false,
        name: "framework base class: jax's `JaxTestCase` seeds `self.rng()` from the test's name",
    },
];

/// The row for a base class.
pub(super) fn seeding_base(base: &str) -> Option<&'static SeedingBase> {
    let last = base.rsplit('.').next().unwrap_or(base);
    SEEDING_BASES.iter().find(|row| base.starts_with(row.prefix) && row.class.is_none_or(|class| class == last))
}
