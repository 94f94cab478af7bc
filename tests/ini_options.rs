//! Which options of pytest's configuration nobody registers: one small tree for each way to register them. What is
//! unknown here was compared with the warnings of pytest 9.2.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::fs;

use common::tree;
use testaudit::model::option::OptionRegistrar;
use testaudit::model::{IniOptions, settings::Wanted};
use testaudit::{config, engine};

fn options_of(files: &[(&str, &str)], wanted: Wanted) -> IniOptions {
    let folder = tree(files);
    let current = fs::canonicalize(folder.path()).unwrap();
    let (pytest, problems) = config::pytest::load(&current, &[]);
    assert_eq!(problems, []);
    let mut settings =
        config::join(config::load(&current, None, testaudit::rules::unknown_name).unwrap(), pytest, &current);
    settings.wanted = wanted;
    engine::suite(&[current], &settings, problems, &|_| ()).unwrap().ini_options
}

fn options(files: &[(&str, &str)]) -> IniOptions {
    options_of(files, Wanted { markers: true, ..Wanted::COLLECTION })
}

/// What is unknown, each as `line name` with `~` and the suggestion.
fn unknown(files: &[(&str, &str)]) -> Vec<String> {
    let shown = options(files).unknown.into_iter().map(|own| {
        let suggestion = own.suggestion.map_or_else(String::new, |name| format!(" ~{name}"));
        format!("{} {}{suggestion}", own.option.line, own.option.name)
    });
    shown.collect()
}

/// A conftest file with these lines in `pytest_addoption`.
fn registering(lines: &str) -> String {
    format!("name = 'global'\nDEVICE = 'device' + 's'\n\ndef pytest_addoption(parser):\n    {lines}\n")
}

const INI: (&str, &str) = ("pytest.ini", "[pytest]\nown = 1\ndevices = 2\n");

#[test]
fn what_pytest_and_known_plugins_register_is_known_and_a_misspelt_name_is_not() {
    let ini = "[pytest]\ntestpaths = t\nasyncio_mode = auto\nDJANGO_SETTINGS_MODULE = x\nxfail_strict = 1\nstrict = 1\n\
               marker =\nTestPaths = t\nadopts = -q\nnothing_like_it = 1\n";
    let files = [("pytest.ini", ini), ("t/test_a.py", "def test_a(): pass\n")];
    let expected = ["7 marker ~markers", "8 TestPaths ~testpaths", "9 adopts ~addopts", "10 nothing_like_it"];
    assert_eq!(unknown(&files), expected);
    let found = options(&files);
    assert!(found.computed.is_empty());
    let known: Vec<_> = found.known.iter().map(|own| (&*own.option.name, &own.registrar)).collect();
    let pytest = |since| OptionRegistrar::Pytest { since, removed: None };
    let expected = [
        ("testpaths", &pytest(None)),
        ("asyncio_mode", &OptionRegistrar::Plugin("pytest-asyncio")),
        ("DJANGO_SETTINGS_MODULE", &OptionRegistrar::Plugin("pytest-django")),
        ("xfail_strict", &pytest(None)),
        ("strict", &pytest(Some("9.0"))),
    ];
    assert_eq!(known, expected);
}

#[test]
fn options_of_every_file_and_of_addopts_are_asked_for() {
    assert_eq!(unknown(&[("tox.ini", "[tox]\nenvlist = x\n[pytest]\nmarker =\n")]), ["4 marker ~markers"]);
    assert_eq!(
        unknown(&[("setup.cfg", "[tool:pytest]\naddopts = -q -o marker=x -o markers=y\n")]),
        ["2 marker ~markers"]
    );
    let native = "[tool.pytest]\nmarkers = ['x']\ntimeouts = 1\n";
    assert_eq!(unknown(&[("pyproject.toml", native)]), ["3 timeouts ~timeout"]);
    assert_eq!(unknown(&[("conftest.py", "")]), [""; 0]);
}

#[test]
fn conftest_files_of_any_folder_and_what_they_import_register() {
    let own = registering("parser.addini('own', ''); parser.addini(name='devices', help='')");
    assert_eq!(unknown(&[INI, ("conftest.py", &own)]), [""; 0]);
    assert_eq!(unknown(&[INI, ("tests/deep/conftest.py", &own)]), [""; 0]);
    let imported = [INI, ("conftest.py", "from helper import pytest_addoption\n"), ("helper.py", &own)];
    assert_eq!(unknown(&imported), [""; 0]);
    let at = options(&[INI, ("conftest.py", &own)]).known[0].registrar.clone();
    let OptionRegistrar::Call(at) = at else { panic!("{at:?}") };
    assert_eq!((&*at.path, at.line), ("conftest.py", 5));
    for elsewhere in ["test_a.py", "helper.py"] {
        assert_eq!(unknown(&[INI, (elsewhere, &own)]), ["2 own", "3 devices"], "{elsewhere}");
    }
}

#[test]
fn plugins_of_the_tree_register() {
    let own = registering("parser.addini('own', '')");
    let project = "[project]\nname = 'x'\n[project.entry-points.pytest11]\nx = 'x.plugin'\n";
    let files = [INI, ("pyproject.toml", project), ("src/x/__init__.py", ""), ("src/x/plugin.py", &own)];
    assert_eq!(unknown(&files), ["3 devices"]);
    let listed = [INI, ("conftest.py", "pytest_plugins = ['plugin']\n"), ("plugin.py", &own)];
    assert_eq!(unknown(&listed), ["3 devices"]);
}

#[test]
fn names_are_folded_and_what_cannot_be_is_computed() {
    let found = |lines: &str| {
        let conftest = registering(lines);
        let found = options(&[INI, ("conftest.py", &conftest)]);
        let unknown: Vec<_> = found.unknown.into_iter().map(|own| own.option.name).collect();
        let computed: Vec<_> = found.computed.into_iter().map(|at| at.line).collect();
        (unknown.join(" "), computed)
    };
    let of = |unknown: &str, computed: &[u32]| (unknown.to_owned(), computed.to_vec());
    assert_eq!(found("pass"), of("own devices", &[]));
    assert_eq!(found("parser.addini(DEVICE, '')"), of("own", &[]));
    assert_eq!(found("parser.addini('own', '', aliases=['devices'])"), of("", &[]));
    assert_eq!(found("parser.addini('own', '', aliases=ALL)"), of("devices", &[5]));
    assert_eq!(found("for name in DEVICE: parser.addini(name, '')"), of("own devices", &[5]));
    assert_eq!(found("parser.addini(f'{DEVICE}_x', '')"), of("own devices", &[5]));
    assert_eq!(found("parser.addini(*DEVICE)"), of("own devices", &[5]));
    assert_eq!(found("parser.addini(**DEVICE)"), of("own devices", &[5]));
    assert_eq!(found("parser.addini(make(), '')"), of("own devices", &[5]));
}

#[test]
fn options_are_asked_for_with_the_markers_only() {
    let files = [INI, ("conftest.py", "")];
    assert_eq!(options_of(&files, Wanted::COLLECTION), IniOptions::default());
    assert_eq!(options(&files).unknown.len(), 2);
}
