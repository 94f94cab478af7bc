//! Which classes outside the audited tree are subclasses of `unittest.TestCase`, and which tests they bring along.
//!
//! One row for each module and verdict; read from the packages themselves (`issubclass`, or their sources where they
//! are too large to install). A class inside the tree is read there and never asked about here.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Whether a class is a `unittest.TestCase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    TestCase,
    NotTestCase,
    Unknown,
}

/// Judges a class by its dotted name, as imports spell it.
///
/// A name that no row knows is taken for a test case where its last part ends with `TestCase`: so do nearly all that
/// projects publish, under whatever path they are imported. Any other unknown name stays unknown.
pub(crate) fn verdict(dotted: &str) -> Verdict {
    let (module, class) = split(dotted);
    listed(module, class).unwrap_or(match class.ends_with("TestCase") {
        true => Verdict::TestCase,
        false => Verdict::Unknown,
    })
}

/// Whether a row knows the class, so that its source need not be looked for.
pub(crate) fn is_listed(dotted: &str) -> bool {
    let (module, class) = split(dotted);
    !dotted.starts_with([':', '.']) && listed(module, class).is_some()
}

/// What the rows say about a class; those of test cases come first.
fn listed(module: &str, class: &str) -> Option<Verdict> {
    let rows = BY_CLASS.get(class).map(Vec::as_slice).unwrap_or_default();
    let found = rows.iter().find(|(row, _)| row.modules.contains(&module)).map(|(_, verdict)| *verdict);
    found.or_else(|| PLAIN_MODULES.contains(&module).then_some(Verdict::NotTestCase))
}

/// The rows that a class stands in, by its name: this is asked about every name that is followed.
static BY_CLASS: LazyLock<FxHashMap<&str, Vec<(&Row, Verdict)>>> = LazyLock::new(|| {
    let mut found: FxHashMap<&str, Vec<(&Row, Verdict)>> = FxHashMap::default();
    for (rows, verdict) in [(TEST_CASES, Verdict::TestCase), (OTHERS, Verdict::NotTestCase)] {
        for (row, class) in rows.iter().flat_map(|row| row.classes.iter().map(move |class| (row, class))) {
            found.entry(class).or_default().push((row, verdict));
        }
    }
    found
});

/// The test methods that a class outside the tree hands down to its subclasses; `None` where that is not known.
///
/// `runTest` is one only as long as the class has no other test, as unittest has it. That of twisted is never one, as
/// pytest has it (`_pytest/unittest.py`).
pub(crate) fn members(dotted: &str) -> Option<&'static [&'static str]> {
    let (module, class) = split(dotted);
    if let Some((_, methods)) = MEMBERS.iter().find(|(row, _)| row.contains(module, class)) {
        return Some(methods);
    }
    let hundreds = HUNDREDS.iter().any(|row| row.contains(module, class));
    (is_listed(dotted) && !hundreds).then_some(&[])
}

fn split(dotted: &str) -> (&str, &str) {
    dotted.rsplit_once('.').unwrap_or(("builtins", dotted))
}

/// Classes, under each of the modules that they can be imported from.
struct Row {
    modules: &'static [&'static str],
    classes: &'static [&'static str],
}

impl Row {
    fn contains(&self, module: &str, class: &str) -> bool {
        self.classes.contains(&class) && self.modules.contains(&module)
    }
}

const TEST_CASES: &[Row] = &[
    Row {
        modules: &["unittest", "unittest.case", "unittest.async_case", "unittest2", "unittest2.case"],
        classes: &["TestCase", "FunctionTestCase", "IsolatedAsyncioTestCase"],
    },
    Row {
        modules: &["django.test", "django.test.testcases", "hypothesis.extra.django"],
        classes: &["SimpleTestCase", "TransactionTestCase", "TestCase", "LiveServerTestCase"],
    },
    Row { modules: &["django.test.selenium"], classes: &["SeleniumTestCase"] },
    Row {
        modules: &["django.contrib.staticfiles.testing", "hypothesis.extra.django"],
        classes: &["StaticLiveServerTestCase"],
    },
    Row { modules: &["django.contrib.admin.tests"], classes: &["AdminSeleniumTestCase"] },
    Row {
        modules: &["rest_framework.test"],
        classes: &[
            "APISimpleTestCase",
            "APITransactionTestCase",
            "APITestCase",
            "APILiveServerTestCase",
            "URLPatternsTestCase",
        ],
    },
    // `WagtailPageTests` became `WagtailPageTestCase`; both are django's `TestCase`.
    Row {
        modules: &["wagtail.test.utils", "wagtail.test.utils.page_tests", "wagtail.tests.utils"],
        classes: &["WagtailPageTests", "WagtailPageTestCase"],
    },
    Row {
        modules: &["twisted.trial.unittest", "twisted.trial._synctest", "twisted.trial._asynctest"],
        classes: &["TestCase", "SynchronousTestCase"],
    },
    Row { modules: &["absl.testing.absltest", "absl.testing.parameterized"], classes: &["TestCase"] },
    Row { modules: &["tornado.testing"], classes: &["AsyncTestCase", "AsyncHTTPTestCase", "AsyncHTTPSTestCase"] },
    Row { modules: &["asynctest", "asynctest.case"], classes: &["TestCase", "FunctionTestCase", "ClockedTestCase"] },
    Row { modules: &["aiounittest", "aiounittest.case"], classes: &["AsyncTestCase"] },
    Row { modules: &["aiohttp.test_utils"], classes: &["AioHTTPTestCase"] },
    Row { modules: &["testtools", "testtools.testcase"], classes: &["TestCase", "PlaceHolder"] },
    // `WithScenarios` is the mixin of it.
    Row { modules: &["testscenarios", "testscenarios.testcase"], classes: &["TestWithScenarios"] },
    Row { modules: &["oslotest.base"], classes: &["BaseTestCase"] },
    Row { modules: &["flask_testing", "flask_testing.utils"], classes: &["TestCase", "LiveServerTestCase"] },
    Row { modules: &["pyfakefs.fake_filesystem_unittest"], classes: &["TestCase"] },
    Row { modules: &["expecttest", "numpy.testing"], classes: &["TestCase"] },
    Row { modules: &["jax._src.test_util", "jax.test_util"], classes: &["JaxTestCase"] },
    Row { modules: &["chex", "chex._src.variants"], classes: &["TestCase"] },
    Row { modules: &["keras.testing", "keras.src.testing", "keras.src.testing.test_case"], classes: &["TestCase"] },
    Row {
        modules: &["tensorflow.test", "tensorflow.compat.v1.test", "tensorflow.compat.v2.test"],
        classes: &["TestCase"],
    },
    Row {
        modules: &["tensorflow.python.platform.test", "tensorflow.python.platform.googletest"],
        classes: &["TestCase"],
    },
    Row { modules: &["tensorflow.python.framework.test_util"], classes: &["TensorFlowTestCase"] },
    Row { modules: &["hypothesis.stateful.RuleBasedStateMachine"], classes: &["TestCase"] },
    Row {
        modules: &["torch.testing._internal.common_utils"],
        classes: &["TestCase", "TestCaseBase", "TestGradients", "NestedTensorTestCase"],
    },
    Row { modules: &["torch._dynamo.test_case", "torch._inductor.test_case"], classes: &["TestCase"] },
    Row {
        modules: &["torch.testing._internal.common_device_type"],
        classes: &[
            "DeviceTypeTestBase",
            "CPUTestBase",
            "CUDATestBase",
            "HPUTestBase",
            "LazyTestBase",
            "MPSTestBase",
            "XPUTestBase",
            "PrivateUse1TestBase",
        ],
    },
    Row {
        modules: &["torch.testing._internal.common_distributed"],
        classes: &[
            "MultiProcessTestCase",
            "MultiThreadedTestCase",
            "MultiProcContinousTest",
            "MultiProcContinuousTest",
            "DistributedTestBase",
            "DynamoDistributedSingleProcTestCase",
            "DynamoDistributedMultiProcTestCase",
        ],
    },
    Row { modules: &["torch.testing._internal.common_fsdp"], classes: &["FSDPTest", "FSDPTestMultiThread"] },
    Row { modules: &["torch.testing._internal.common_jit"], classes: &["JitCommonTestCase"] },
    Row { modules: &["torch.testing._internal.common_nn"], classes: &["NNTestCase"] },
    Row {
        modules: &["torch.testing._internal.common_quantization"],
        classes: &["QuantizationTestCase", "QuantizationLiteTestCase", "PT2EQuantizationTestCase"],
    },
    Row { modules: &["torch.testing._internal.autocast_test_lists"], classes: &["TestAutocast"] },
    Row { modules: &["torch.testing._internal.jit_utils"], classes: &["JitTestCase"] },
    Row { modules: &["torch.testing._internal.logging_utils"], classes: &["LoggingTestCase"] },
    Row {
        modules: &["torch.testing._internal.distributed._shard.sharded_tensor"],
        classes: &["ShardedTensorTestBase"],
    },
    Row {
        modules: &["torch.testing._internal.distributed._tensor.common_dtensor"],
        classes: &["DTensorTestBase", "DTensorOpTestBase"],
    },
    Row { modules: &["torch.testing._internal.distributed.distributed_test"], classes: &["TestDistBackend"] },
    Row { modules: &["torch.testing._internal.distributed.rpc_utils"], classes: &["SpawnHelper"] },
];

/// Classes that are no test cases, and would be taken for one, or left unknown, by their names.
const OTHERS: &[Row] = &[
    Row {
        modules: &[
            "unittest",
            "unittest.case",
            "unittest.suite",
            "unittest.runner",
            "unittest.loader",
            "unittest.main",
        ],
        classes: &[
            "BaseTestSuite",
            "TestSuite",
            "SkipTest",
            "TestLoader",
            "TestProgram",
            "TestResult",
            "TextTestResult",
            "TextTestRunner",
        ],
    },
    // Exceptions, by their names like tests.
    Row { modules: &["twisted.trial.unittest"], classes: &["FailTest", "SkipTest", "Todo"] },
    // Metaclasses, adapters and mixins: a subclass has another base that makes it a test case, or it is none.
    Row { modules: &["django.test.selenium"], classes: &["SeleniumTestCaseBase"] },
    Row { modules: &["django.test.testcases"], classes: &["TestData"] },
    Row { modules: &["rest_framework.test"], classes: &["DjangoTestAdapter"] },
    Row { modules: &["wagtail.test.utils", "wagtail.tests.utils"], classes: &["WagtailTestUtils"] },
    Row { modules: &["testscenarios", "testscenarios.testcase"], classes: &["WithScenarios"] },
    Row { modules: &["pyfakefs.fake_filesystem_unittest"], classes: &["TestCaseMixin"] },
    Row { modules: &["absl.testing.parameterized"], classes: &["TestGeneratorMetaclass"] },
    Row { modules: &["aiohttp.test_utils"], classes: &["BaseTestServer", "RawTestServer", "TestClient", "TestServer"] },
    Row { modules: &["hypothesis.stateful"], classes: &["RuleBasedStateMachine", "TestCaseProperty"] },
    // pytest's collectors.
    Row { modules: &["_pytest.unittest"], classes: &["UnitTestCase", "TestCaseFunction"] },
    // Plain classes, collected by a plugin of sqlalchemy's own.
    Row {
        modules: &["sqlalchemy.testing.fixtures", "sqlalchemy.testing.fixtures.base"],
        classes: &["TestBase", "FutureEngineMixin"],
    },
    // `MultiProcessTestCase` stands beside these in the bases of the class that runs them.
    Row { modules: &["torch.testing._internal.common_distributed"], classes: &["DistTestCases", "TestSkip"] },
    Row { modules: &["torch.testing._internal.common_fsdp"], classes: &["FSDPTestModel"] },
    Row {
        modules: &["torch.testing._internal.common_nn"],
        classes: &["TestBase", "ModuleTest", "NewModuleTest", "CriterionTest"],
    },
    Row {
        modules: &["torch.testing._internal.distributed.rpc.rpc_agent_test_fixture"],
        classes: &["RpcAgentTestFixture"],
    },
    Row { modules: &["torch.testing._internal.distributed.distributed_test"], classes: &["DistributedTest"] },
    Row {
        modules: &["torch.testing._internal.distributed.distributed_test.DistributedTest"],
        classes: &["_DistTestBase"],
    },
    Row { modules: &["torch.nn", "torch.nn.modules.module"], classes: &["Module"] },
    Row { modules: &["torch.autograd"], classes: &["Function"] },
    Row { modules: &["pydantic", "pydantic.main"], classes: &["BaseModel"] },
];

/// Modules without any test case and without any test, whatever the class. A built-in's module is `builtins`.
const PLAIN_MODULES: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "builtins",
    "collections",
    "collections.abc",
    "contextlib",
    "ctypes",
    "dataclasses",
    "datetime",
    "enum",
    "http.server",
    "io",
    "json",
    "logging",
    "multiprocessing",
    "pathlib",
    "queue",
    "socketserver",
    "string",
    "threading",
    "types",
    "typing",
    "typing_extensions",
];

const MEMBERS: &[(Row, &[&str])] = &[
    (Row { modules: &["unittest", "unittest.case", "asynctest"], classes: &["FunctionTestCase"] }, &["runTest"]),
    (
        Row { modules: &["torch.testing._internal.common_nn"], classes: &["ModuleTest", "NewModuleTest"] },
        &["test_noncontig", "test_cuda"],
    ),
    (Row { modules: &["torch.testing._internal.common_nn"], classes: &["CriterionTest"] }, &["test_cuda"]),
    (Row { modules: &["hypothesis.stateful.RuleBasedStateMachine"], classes: &["TestCase"] }, &["runTest"]),
    // A context manager by the name of a test; it skips itself when it is run as one.
    (
        Row {
            modules: &[
                "tensorflow.test",
                "tensorflow.compat.v1.test",
                "tensorflow.compat.v2.test",
                "tensorflow.python.platform.test",
            ],
            classes: &["TestCase"],
        },
        &["test_session"],
    ),
    (Row { modules: &["tensorflow.python.framework.test_util"], classes: &["TensorFlowTestCase"] }, &["test_session"]),
];

/// Classes with so many tests, which change from release to release, that no list would hold.
const HUNDREDS: &[Row] = &[Row {
    modules: &["torch.testing._internal.distributed.distributed_test.DistributedTest"],
    classes: &["_DistTestBase"],
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_classes_have_the_verdict_of_issubclass() {
        for (dotted, expected) in [
            ("unittest.TestCase", Verdict::TestCase),
            ("unittest.IsolatedAsyncioTestCase", Verdict::TestCase),
            ("django.test.TestCase", Verdict::TestCase),
            ("twisted.trial.unittest.SynchronousTestCase", Verdict::TestCase),
            ("torch.testing._internal.common_fsdp.FSDPTest", Verdict::TestCase),
            ("torch.testing._internal.common_device_type.CPUTestBase", Verdict::TestCase),
            ("wagtail.test.utils.WagtailPageTests", Verdict::TestCase),
            ("twisted.trial.unittest.FailTest", Verdict::NotTestCase),
            ("hypothesis.stateful.RuleBasedStateMachine", Verdict::NotTestCase),
            ("hypothesis.stateful.RuleBasedStateMachine.TestCase", Verdict::TestCase),
            ("_pytest.unittest.UnitTestCase", Verdict::NotTestCase),
            ("sqlalchemy.testing.fixtures.TestBase", Verdict::NotTestCase),
            ("object", Verdict::NotTestCase),
            ("Exception", Verdict::NotTestCase),
            ("typing.Generic", Verdict::NotTestCase),
            ("enum.Enum", Verdict::NotTestCase),
            ("torch.nn.Module", Verdict::NotTestCase),
        ] {
            assert_eq!(verdict(dotted), expected, "{dotted}");
        }
    }

    #[test]
    fn a_class_that_no_row_knows_is_judged_by_its_ending_only() {
        assert_eq!(verdict("somewhere.testing.DatabaseTestCase"), Verdict::TestCase);
        assert_eq!(verdict("tests.machine.Machine.TestCase"), Verdict::TestCase);
        assert_eq!(verdict("somewhere.TestBase"), Verdict::Unknown);
        assert_eq!(verdict("somewhere.TestCaseMixin"), Verdict::Unknown);
        assert_eq!(members("somewhere.testing.DatabaseTestCase"), None);
    }

    #[test]
    fn what_a_class_hands_down_is_known_for_classes_of_the_table() {
        assert_eq!(members("unittest.TestCase"), Some(&[][..]));
        assert_eq!(members("object"), Some(&[][..]));
        assert_eq!(members("unittest.FunctionTestCase"), Some(&["runTest"][..]));
        assert_eq!(members("tensorflow.test.TestCase"), Some(&["test_session"][..]));
        assert_eq!(members("sqlalchemy.testing.fixtures.TestBase"), Some(&[][..]));
        assert_eq!(members("torch.testing._internal.distributed.distributed_test.DistributedTest._DistTestBase"), None);
    }

    #[test]
    fn no_class_stands_in_two_rows() {
        let mut seen = rustc_hash::FxHashSet::default();
        for row in TEST_CASES.iter().chain(OTHERS) {
            assert!(!row.modules.is_empty() && !row.classes.is_empty());
            for module in row.modules {
                assert!(!PLAIN_MODULES.contains(module), "{module}");
                for class in row.classes {
                    assert!(seen.insert(format!("{module}.{class}")), "{module}.{class} stands twice");
                }
            }
        }
    }

    #[test]
    fn each_class_with_members_has_a_row() {
        for (row, methods) in MEMBERS {
            assert!(!methods.is_empty());
            for (module, class) in row.modules.iter().flat_map(|m| row.classes.iter().map(move |c| (m, c))) {
                assert_ne!(verdict(&format!("{module}.{class}")), Verdict::Unknown, "{module}.{class}");
            }
        }
    }
}
