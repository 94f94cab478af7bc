//! What seeds a test from other files than its own.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod common;

use common::tree;
use testaudit::{
    engine,
    model::{Settings, suite::Seeding},
};

const DRAWS: &str = "import random\n\n\ndef test_a():\n    assert random.random() < 1\n";

/// The verdict on the first test of `tests/test_a.py`, and what decides it.
fn verdict(files: &[(&str, &str)]) -> (Seeding, String) {
    let folder = tree(files);
    let suite = engine::suite(&[folder.path().to_owned()], &Settings::default(), Vec::new(), &|_| {}).unwrap();
    let file = suite.files.iter().find(|file| file.path == "tests/test_a.py").unwrap();
    let random = file.tests[0].randomness.clone().unwrap();
    assert!(random.seeding != Seeding::Seeded || random.evidence.is_none(), "the line is one of another file");
    (random.seeding, random.by)
}

#[test]
fn an_autouse_fixture_of_a_conftest_seeds_and_one_that_nobody_asks_for_does_not() {
    let seeds = "import random, pytest\n\n\n@pytest.fixture(autouse=True)\ndef fixed():\n    random.seed(1)\n";
    let (seeding, by) = verdict(&[("tests/conftest.py", seeds), ("tests/test_a.py", DRAWS)]);
    assert_eq!((seeding, by.as_str()), (Seeding::Seeded, "autouse fixture `fixed`"));
    let idle = seeds.replace("(autouse=True)", "");
    assert_eq!(verdict(&[("tests/conftest.py", &idle), ("tests/test_a.py", DRAWS)]).0, Seeding::Unseeded);
    let (seeding, _) = verdict(&[("other/conftest.py", seeds), ("tests/test_a.py", DRAWS)]);
    assert_eq!(seeding, Seeding::Unseeded, "a conftest of another folder has no say");
}

#[test]
fn a_set_up_method_of_a_base_elsewhere_seeds_unless_an_override_leaves_it_out() {
    let base =
        "import random, unittest\n\n\nclass Base(unittest.TestCase):\n    def setUp(self):\n        random.seed(1)\n";
    let test = |own: &str| {
        format!(
            "import random\nfrom base import Base\n\n\nclass TestA(Base):\n{own}    def test_a(self):\n        random.random()\n"
        )
    };
    let of = |own: &str| verdict(&[("tests/base.py", base), ("tests/test_a.py", &test(own))]);
    assert_eq!(of(""), (Seeding::Seeded, "base `setUp`".to_owned()));
    assert_eq!(of("    def setUp(self):\n        self.x = 1\n\n").0, Seeding::Unseeded);
    assert_eq!(of("    def setUp(self):\n        super().setUp()\n\n").0, Seeding::Seeded);
}
