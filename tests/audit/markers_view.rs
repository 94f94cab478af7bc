//! What the `markers` view says of registered and used markers.

use testaudit::model::pytest::{ConfigSource, IgnoredConfig, IgnoredReason};
use testaudit::model::{Location, MarkerUse, Markers, Region, Registrar, Registration, Suite};
use testaudit::views::markers::markers;

use crate::build::{File, marked, suite};

fn at(path: &str, line: u32) -> Location {
    Location { path: path.to_owned(), line }
}

fn configured(name: &str, line: u32) -> Registration {
    let registrar = Registrar::Configuration(at("pytest.ini", line));
    Registration { name: name.to_owned(), registrar, description: format!("what {name} is") }
}

fn provided(name: &str) -> Registration {
    Registration {
        name: name.to_owned(),
        registrar: Registrar::Plugin("pytest".to_owned()),
        description: String::new(),
    }
}

fn used(name: &str, path: &str, line: u32) -> MarkerUse {
    MarkerUse { name: name.to_owned(), at: Region::line(path, line), at_import: true }
}

fn with(markers: Markers, files: impl IntoIterator<Item = File>) -> Suite {
    Suite { markers, ..suite(files) }
}

#[test]
fn a_marker_counts_the_tests_that_carry_it_and_the_files_that_use_it() {
    let uses =
        vec![used("slow", "a.py", 7), used("slow", "a.py", 3), used("slow", "b.py", 1), used("nobody", "b.py", 2)];
    let file =
        File::new("a.py").test("one", |test| marked(test, &["slow"])).test("two", |test| marked(test, &["slow"]));
    let section = markers(&with(Markers { uses, ..Markers::default() }, [file]));
    let slow = &section.used[1];
    assert_eq!((slow.name.as_str(), slow.count, slow.files, &slow.first), ("slow", 2, 2, &at("a.py", 3)));
    // It is asked for, so pytest may warn of it.
    assert_eq!((section.used[0].name.as_str(), section.used[0].count), ("nobody", 0));
}

#[test]
fn a_marker_that_comes_from_a_file_that_was_not_read_is_used_where_the_tests_are() {
    let file = File::new("a.py").test("one", |test| marked(test, &["far"])).test("two", |test| marked(test, &["far"]));
    let section = markers(&with(Markers::default(), [file]));
    assert_eq!((section.used[0].count, section.used[0].files, &section.used[0].first), (2, 1, &at("a.py", 10)));
    assert_eq!(section.unregistered[0].first, at("a.py", 10));
}

#[test]
fn only_what_nobody_registers_is_unregistered_and_a_near_name_is_suggested() {
    let registered = vec![configured("network", 2), provided("parametrize"), provided("skip"), configured("slow", 3)];
    let names = ["networks", "paramterize", "skip", "something_else", "sklow", "slow"];
    let uses = names.iter().zip(1..).map(|(name, line)| used(name, "a.py", line)).collect();
    let section = markers(&with(Markers { registered, uses, ..Markers::default() }, []));
    let found: Vec<_> = section.unregistered.iter().map(|own| (own.name.as_str(), own.suggestion.as_deref())).collect();
    let expected = [
        ("networks", Some("network")),
        ("paramterize", Some("parametrize")),
        ("something_else", None),
        ("sklow", Some("slow")),
    ];
    assert_eq!(found, {
        let mut expected = expected;
        expected.sort();
        expected
    });
}

#[test]
fn only_what_the_tree_registers_can_be_unused_and_a_use_in_a_function_is_one() {
    let registered = vec![configured("automatic", 2), configured("idle", 3), provided("xfail"), configured("xfail", 4)];
    let uses = vec![MarkerUse { at_import: false, ..used("automatic", "conftest.py", 4) }];
    let section = markers(&with(Markers { registered, uses, ..Markers::default() }, []));
    let unused: Vec<_> = section.unused.iter().map(|own| (own.name.as_str(), own.path.as_str(), own.line)).collect();
    assert_eq!(unused, [("idle", "pytest.ini", 3)]);
    assert!(section.used.is_empty() && section.unregistered.is_empty());
}

#[test]
fn a_registration_says_where_it_stands_or_who_makes_it() {
    let call = Registration { registrar: Registrar::Call(at("conftest.py", 9)), ..configured("gpu", 1) };
    let registered = vec![call, provided("skip"), configured("slow", 3)];
    let config =
        ConfigSource { path: "pytest.ini".to_owned(), section: "pytest".to_owned(), line: Some(1), since: None };
    let section = markers(&with(Markers { registered, config: Some(config), strict: true, ..Markers::default() }, []));
    let found: Vec<_> =
        section.registered.iter().map(|own| (own.source.as_str(), own.path.as_deref(), own.line)).collect();
    let expected = [
        ("addinivalue_line", Some("conftest.py"), Some(9)),
        ("pytest", None, None),
        ("configuration", Some("pytest.ini"), Some(3)),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        (section.config.path.as_deref(), section.config.section.as_deref()),
        (Some("pytest.ini"), Some("pytest"))
    );
    assert!(section.config.strict);
}

#[test]
fn what_pytest_passes_over_is_told_and_what_it_stops_at_is_left_to_the_problems() {
    let place = |line, reason| IgnoredConfig { path: "setup.cfg".to_owned(), line, section: "x".to_owned(), reason };
    let expected = || "tool:pytest".to_owned();
    let ignored = vec![
        place(1, IgnoredReason::WrongSection { expected: expected() }),
        place(2, IgnoredReason::Shadowed { by: "pytest.ini".to_owned() }),
        place(3, IgnoredReason::Refused { expected: expected() }),
        place(4, IgnoredReason::WrongTable { read: "tool.pytest".to_owned() }),
    ];
    let section = markers(&with(Markers { ignored, ..Markers::default() }, []));
    let found: Vec<_> = section.config.ignored.iter().map(|own| (own.line, own.reason.as_str())).collect();
    let expected =
        [(1, "pytest looks for [tool:pytest] in this file"), (2, "pytest.ini beside it is pytest's configuration")];
    assert_eq!(found, expected);
}
