//! Discovery over real folders: what is found, what is left out, what is reported, and how a file becomes text.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use testaudit::discover::{DiscoverError, Discovery, discover_from, display_root, read};
use testaudit::model::settings::DiscoverySettings;
use testaudit::model::{FileRole, Language, Problem, ProblemKind, SourceFile};

/// A folder to audit, with the settings to audit it by.
struct Tree {
    folder: TempDir,
    settings: DiscoverySettings,
}

impl Tree {
    /// Writes empty files, or files with a text after a `=`.
    fn new(files: &[&str]) -> Self {
        let tree = Self { folder: tempfile::tempdir().unwrap(), settings: DiscoverySettings::default() };
        for file in files {
            let (path, text) = file.split_once('=').unwrap_or((file, ""));
            tree.write(path, text);
        }
        tree
    }

    fn path(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap()
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn discover(&self, given: &[&str]) -> Discovery {
        let given: Vec<_> = given.iter().map(PathBuf::from).collect();
        discover_from(&self.path(), &given, &self.settings).unwrap()
    }

    fn error(&self, given: &[&str]) -> String {
        let given: Vec<_> = given.iter().map(PathBuf::from).collect();
        discover_from(&self.path(), &given, &self.settings).unwrap_err().to_string()
    }

    /// The paths found from the current directory, where nothing may be a problem.
    #[track_caller]
    fn found(&self) -> Vec<String> {
        let discovery = self.discover(&[]);
        assert_eq!(discovery.problems, []);
        paths(&discovery)
    }
}

fn paths(discovery: &Discovery) -> Vec<String> {
    discovery.files.iter().map(|file| file.path.clone()).collect()
}

fn problems(discovery: &Discovery) -> Vec<(&str, ProblemKind)> {
    discovery.problems.iter().map(|problem| (&*problem.path, problem.kind)).collect()
}

#[test]
fn python_files_are_found_with_their_roles_sorted_by_the_bytes_of_their_paths() {
    let tree = Tree::new(&[
        "test_b.py",
        "a_test.py",
        "a/test_x.py",
        "a.py",
        "conftest.py",
        "B.py",
        "test_a.pyi",
        "test_c.txt",
    ]);
    let found: Vec<_> = tree.discover(&[]).files.into_iter().map(|file| (file.path, file.role)).collect();
    let expected = [
        ("B.py", FileRole::Other),
        ("a.py", FileRole::Other),
        ("a/test_x.py", FileRole::TestModule),
        ("a_test.py", FileRole::TestModule),
        ("conftest.py", FileRole::Conftest),
        ("test_b.py", FileRole::TestModule),
        ("test_c.txt", FileRole::DoctestText),
    ];
    assert_eq!(found, expected.map(|(path, role)| (path.to_owned(), role)));
}

#[test]
fn python_files_of_the_settings_replace_the_defaults() {
    let mut tree = Tree::new(&["test_a.py", "check_a.py", "t/a.py"]);
    tree.settings.python_files = vec!["check_*.py".to_owned(), "t/*.py".to_owned()];
    let roles: Vec<_> = tree.discover(&[]).files.iter().map(|file| file.role).collect();
    assert_eq!(roles, [FileRole::TestModule, FileRole::TestModule, FileRole::Other]);
}

#[test]
fn folders_that_pytest_does_not_enter_are_not_entered() {
    let tree = Tree::new(&[
        "build/a.py",
        "x.egg/a.py",
        ".h/a.py",
        "__pycache__/a.py",
        "{arch}/a.py",
        "arch/a.py",
        "Build/a.py",
    ]);
    assert_eq!(tree.found(), ["Build/a.py", "arch/a.py"]);
}

#[test]
fn the_folders_of_git_and_pycache_stay_closed_when_norecursedirs_is_empty() {
    let mut tree = Tree::new(&["build/a.py", ".git/hooks/a.py", "__pycache__/a.py"]);
    tree.settings.norecursedirs = Vec::new();
    assert_eq!(tree.found(), ["build/a.py"]);
}

#[test]
fn virtualenvs_are_not_entered_whatever_their_name() {
    let tree =
        Tree::new(&["env/pyvenv.cfg", "env/a.py", "conda/conda-meta/history", "conda/a.py", "near/conda-meta/a.py"]);
    assert_eq!(tree.found(), ["near/conda-meta/a.py"]);
}

#[test]
fn a_given_folder_is_entered_whatever_its_name_and_even_inside_a_closed_one() {
    let tree = Tree::new(&["venv/pyvenv.cfg", "venv/lib/a.py", "venv/build/b.py", "c.py"]);
    assert_eq!(paths(&tree.discover(&["venv"])), ["lib/a.py"]);
    assert_eq!(paths(&tree.discover(&[".", "venv/build"])), ["c.py", "venv/build/b.py"]);
}

#[test]
fn a_given_file_is_a_test_module_and_included_against_every_rule() {
    let mut tree =
        Tree::new(&["helper.py", "conftest.py", "build/x.py", ".gitignore=ignored.py", "ignored.py", "out.py"]);
    tree.settings.exclude = vec!["out.py".to_owned()];
    let given = tree.discover(&["helper.py", "conftest.py", "build/x.py", "ignored.py", "out.py"]);
    let found: Vec<_> = given.files.iter().map(|file| (&*file.path, file.role)).collect();
    assert_eq!(
        found,
        [
            ("build/x.py", FileRole::TestModule),
            ("conftest.py", FileRole::Conftest),
            ("helper.py", FileRole::TestModule),
            ("ignored.py", FileRole::TestModule),
            ("out.py", FileRole::TestModule),
        ]
    );
}

#[test]
fn a_file_given_beside_its_folder_is_listed_once_as_a_test_module() {
    let tree = Tree::new(&["helper.py"]);
    let discovery = tree.discover(&[".", "helper.py", "./helper.py"]);
    assert_eq!(paths(&discovery), ["helper.py"]);
    assert_eq!(discovery.files[0].role, FileRole::TestModule);
}

#[test]
fn a_given_file_of_another_kind_is_a_problem_and_loses_no_other_file() {
    let tree = Tree::new(&["README.md", "a.py"]);
    let discovery = tree.discover(&["README.md", "a.py"]);
    assert_eq!(paths(&discovery), ["a.py"]);
    assert_eq!(problems(&discovery), [("README.md", ProblemKind::NotAFile)]);
}

#[test]
fn a_given_path_that_is_not_there_stops_the_run_and_is_named() {
    let tree = Tree::new(&["a.py"]);
    let message = tree.error(&["a.py", "nowhere/x.py"]);
    assert!(message.starts_with("cannot read `nowhere/x.py`: no such file or folder; check the path"), "{message}");
}

#[test]
fn testpaths_count_only_when_no_path_is_given() {
    let mut tree = Tree::new(&["tests/test_a.py", "pkg/one/tests/test_b.py", "test_c.py"]);
    tree.settings.testpaths = vec!["tests".to_owned(), "pkg/*/tests".to_owned()];
    assert_eq!(tree.found(), ["pkg/one/tests/test_b.py", "tests/test_a.py"]);
    assert_eq!(paths(&tree.discover(&["."])).len(), 3);
    tree.settings.testpaths = vec!["nowhere".to_owned()];
    assert_eq!(tree.found().len(), 3, "testpaths that match nothing are ignored, as pytest does");
}

#[test]
fn the_root_is_what_was_given_and_paths_are_relative_to_it() {
    let tree = Tree::new(&["a/b/x.py", "a/c/y.py"]);
    let discovery = tree.discover(&["a/b", "a/c/y.py"]);
    assert_eq!(discovery.root, tree.path().join("a"));
    assert_eq!(paths(&discovery), ["b/x.py", "c/y.py"]);
    assert_eq!(discovery.files[0].language, Language::Python);
    assert_eq!(tree.discover(&["a/b/x.py"]).root, tree.path().join("a/b"));
}

#[test]
fn the_root_is_shown_relative_to_the_current_directory() {
    let current = std::env::current_dir().unwrap();
    assert_eq!(display_root(&current), ".");
    assert_eq!(display_root(&current.join("src")), "src");
    assert_eq!(display_root(&current.parent().unwrap().join("elsewhere")), "../elsewhere");
}

#[test]
fn gitignore_files_nest_negate_and_do_not_reach_into_ignored_folders() {
    let tree = Tree::new(&[
        ".gitignore=gen_*.py\n/top.py\nout/\nkeep/\n!keep/a.py\n",
        "gen_a.py",
        "top.py",
        "sub/top.py",
        "sub/.gitignore=!gen_b.py\nlocal.py\n",
        "sub/gen_a.py",
        "sub/gen_b.py",
        "sub/deep/gen_b.py",
        "sub/local.py",
        "local.py",
        "out/a.py",
        "keep/a.py",
        "x/out",
    ]);
    assert_eq!(tree.found(), ["local.py", "sub/deep/gen_b.py", "sub/gen_b.py", "sub/top.py"]);
}

#[test]
fn gitignore_files_do_not_count_when_switched_off() {
    let mut tree = Tree::new(&[".gitignore=*.py", "a.py"]);
    assert_eq!(tree.found(), Vec::<String>::new());
    tree.settings.gitignore = false;
    assert_eq!(tree.found(), ["a.py"]);
}

#[test]
fn gitignore_files_of_parents_count_up_to_the_folder_that_holds_git() {
    let tree = Tree::new(&[
        ".gitignore=a.py",
        "repo/.git/info/exclude=c.py\n",
        "repo/.gitignore=b.py\nsub/d.py",
        "repo/sub/a.py",
        "repo/sub/b.py",
        "repo/sub/c.py",
        "repo/sub/d.py",
    ]);
    assert_eq!(paths(&tree.discover(&["repo/sub"])), ["a.py"]);
    assert_eq!(paths(&tree.discover(&["repo/sub", "repo/sub/b.py"])), ["a.py", "b.py"]);
}

#[test]
fn parents_that_ignore_the_given_folder_itself_do_not_count_for_it() {
    let tree = Tree::new(&[".git/HEAD", ".gitignore=out/\n*.tmp.py", "out/a.py", "out/sub/b.py"]);
    assert_eq!(paths(&tree.discover(&["out"])), ["a.py", "sub/b.py"]);
    assert_eq!(paths(&tree.discover(&["out/sub"])), ["b.py"]);
}

#[test]
fn rules_of_one_repository_say_nothing_about_another_inside_it() {
    let tree = Tree::new(&[
        ".git/HEAD",
        ".gitignore=a.py",
        "inner/.git=gitdir: ../.git/modules/inner\n",
        "inner/a.py",
        "a.py",
    ]);
    tree.write(".git/modules/inner/info/exclude", "b.py");
    tree.write("inner/b.py", "");
    assert_eq!(tree.found(), ["inner/a.py"]);
}

#[test]
fn a_broken_gitignore_pattern_is_a_problem_and_the_others_count() {
    let tree =
        Tree::new(&["sub/.gitignore=a.py\n[z-a].py\n\nb.py\n{c}.py", "sub/a.py", "sub/b.py", "sub/c.py", "sub/{c}.py"]);
    let discovery = tree.discover(&[]);
    assert_eq!(paths(&discovery), ["sub/c.py"]);
    assert_eq!(discovery.problems.len(), 1);
    let Problem { path, line, kind, message } = &discovery.problems[0];
    assert_eq!((&**path, *line, *kind), ("sub/.gitignore", Some(2), ProblemKind::Config));
    assert!(message.contains("`[z-a].py`"), "{message}");
}

#[test]
fn exclude_globs_are_relative_to_the_root() {
    let mut tree = Tree::new(&["data/a.py", "sub/data/a.py", "sub/gen_x.py", "keep.py", "other.py"]);
    tree.settings.exclude = vec!["/data".to_owned(), "gen_*".to_owned(), "*.py".to_owned(), "!keep.py".to_owned()];
    assert_eq!(tree.found(), ["keep.py"]);
    tree.settings.exclude.truncate(2);
    assert_eq!(tree.found(), ["keep.py", "other.py", "sub/data/a.py"]);
}

#[test]
fn an_invalid_exclude_glob_stops_the_run_and_is_named() {
    let mut tree = Tree::new(&[]);
    tree.settings.exclude = vec!["fine".to_owned(), "bro[ken".to_owned()];
    let error = discover_from(&tree.path(), &[], &tree.settings).unwrap_err();
    assert!(matches!(&error, DiscoverError::Exclude { glob, .. } if glob == "bro[ken"), "{error}");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    impl Tree {
        fn link(&self, link: &str, target: impl AsRef<Path>) {
            symlink(target, self.path().join(link)).unwrap();
        }
    }

    fn fifo(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn links_inside_the_root_are_followed_and_named_by_the_way_to_them() {
        let tree = Tree::new(&["real/sub/helper.py", "a/x", ".gitignore=/a/l/no.py", "real/no.py"]);
        tree.link("a/l", "../real");
        tree.link("a/test_link.py", "../real/sub/helper.py");
        let discovery = tree.discover(&[]);
        assert_eq!(problems(&discovery), []);
        assert_eq!(paths(&discovery), ["a/l/sub/helper.py", "a/test_link.py", "real/no.py", "real/sub/helper.py"]);
        assert_eq!(discovery.files[1].role, FileRole::TestModule);
        assert!(discovery.files.iter().all(|file| read(file, 1).is_ok()));
    }

    #[test]
    fn links_out_of_the_root_are_problems_only_where_they_could_have_led_to_python() {
        let outside = Tree::new(&["d/a.py", "venv/pyvenv.cfg"]);
        let tree = Tree::new(&["x.py", ".gitignore=ignored"]);
        tree.link("dir", outside.path().join("d"));
        tree.link("a.py", outside.path().join("d/a.py"));
        tree.link("text.txt", outside.path().join("d/a.py"));
        tree.link("build", outside.path().join("d"));
        tree.link("ignored", outside.path().join("d"));
        tree.link("env", outside.path().join("venv"));
        let discovery = tree.discover(&[]);
        assert_eq!(paths(&discovery), ["x.py"]);
        assert_eq!(problems(&discovery), [("a.py", ProblemKind::Link), ("dir", ProblemKind::Link)]);
    }

    #[test]
    fn dangling_links_are_problems_only_where_they_are_named_as_python() {
        let tree = Tree::new(&[]);
        tree.link("a.py", "nowhere");
        tree.link("self.py", "self.py");
        tree.link("a.txt", "nowhere");
        assert_eq!(problems(&tree.discover(&[])), [("a.py", ProblemKind::Link), ("self.py", ProblemKind::Link)]);
    }

    #[test]
    fn circles_of_links_end_and_are_reported() {
        let tree = Tree::new(&["a/x.py", "b/y.py"]);
        tree.link("a/up", "..");
        tree.link("a/b", "../b");
        tree.link("b/a", "../a");
        let discovery = tree.discover(&[]);
        assert_eq!(paths(&discovery), ["a/b/y.py", "a/x.py", "b/a/x.py", "b/y.py"]);
        let expected = ["a/b/a", "a/up", "b/a/b", "b/a/up"].map(|path| (path, ProblemKind::Link));
        assert_eq!(problems(&discovery), expected);
    }

    #[test]
    fn links_that_double_the_paths_at_every_step_do_not_make_the_walk_endless() {
        let tree = Tree::new(&[]);
        for step in 0..60 {
            tree.write(&format!("d{step:02}/x.py"), "");
            if step < 59 {
                tree.link(&format!("d{step:02}/l"), format!("../d{:02}", step + 1));
                tree.link(&format!("d{step:02}/m"), format!("../d{:02}", step + 1));
            }
        }
        let discovery = tree.discover(&[]);
        assert!((60..60 * 40).contains(&discovery.files.len()), "{}", discovery.files.len());
        assert!(discovery.problems.iter().all(|problem| problem.kind == ProblemKind::Link));
        assert!(!discovery.problems.is_empty());
        assert_eq!(tree.discover(&[]), discovery);
    }

    #[test]
    fn a_given_link_is_followed_wherever_it_leads() {
        let outside = Tree::new(&["d/a.py"]);
        let tree = Tree::new(&[]);
        tree.link("dir", outside.path().join("d"));
        tree.link("b.py", outside.path().join("d/a.py"));
        let discovery = tree.discover(&["dir", "b.py"]);
        assert_eq!(paths(&discovery), ["b.py", "dir/a.py"]);
        assert_eq!(problems(&discovery), []);
    }

    #[test]
    fn a_fifo_named_as_python_is_a_problem_and_is_never_waited_for() {
        let tree = Tree::new(&[]);
        fifo(&tree.path().join("test_fifo.py"));
        fifo(&tree.path().join("other"));
        fifo(&tree.path().join(".gitignore"));
        assert_eq!(problems(&tree.discover(&[])), [("test_fifo.py", ProblemKind::NotAFile)]);
        assert_eq!(problems(&tree.discover(&["test_fifo.py"])), [("test_fifo.py", ProblemKind::NotAFile)]);
        let file = source_file(&tree.path().join("test_fifo.py"));
        assert_eq!(read(&file, 100).unwrap_err().kind, ProblemKind::NotAFile);
    }

    #[test]
    fn what_cannot_be_opened_is_a_problem_and_loses_no_other_file() {
        let tree = Tree::new(&["closed/a.py", "shut.py", "x.py"]);
        let mode = |path: &str, mode: u32| {
            fs::set_permissions(tree.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        mode("closed", 0);
        mode("shut.py", 0);
        // The superuser may open everything.
        if fs::read(tree.path().join("shut.py")).is_err() {
            let discovery = tree.discover(&[]);
            assert_eq!(paths(&discovery), ["shut.py", "x.py"]);
            assert_eq!(problems(&discovery), [("closed", ProblemKind::Unreadable)]);
            assert_eq!(read(&discovery.files[0], 100).unwrap_err().kind, ProblemKind::Unreadable);
            assert!(tree.error(&["closed"]).contains("permission denied"));
        }
        mode("closed", 0o755);
    }

    #[test]
    fn names_of_any_bytes_are_found_and_shown_without_loss() {
        let tree = Tree::new(&["test_new\nline.py"]);
        fs::write(tree.path().join(OsStr::from_bytes(b"test_\xff.py")), "x").unwrap();
        let discovery = tree.discover(&[]);
        assert_eq!(paths(&discovery), ["test_\\xff.py", "test_new\nline.py"]);
        assert!(discovery.files.iter().all(|file| file.role == FileRole::TestModule));
        assert_eq!(read(&discovery.files[0], 100).unwrap().0.text, b"x");
    }
}

fn source_file(path: &Path) -> SourceFile {
    SourceFile {
        path: "t.py".to_owned(),
        absolute: path.to_owned(),
        language: Language::Python,
        role: FileRole::TestModule,
    }
}

/// Reads a file of these bytes: its text, and the line and kind of each problem.
fn text_of(bytes: &[u8]) -> (String, Vec<(Option<u32>, ProblemKind)>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.py");
    fs::write(&path, bytes).unwrap();
    let (source, problems) = read(&source_file(&path), 1 << 20).unwrap();
    (String::from_utf8(source.text).unwrap(), problems.iter().map(|problem| (problem.line, problem.kind)).collect())
}

/// The problem because of which a file of these bytes has no text.
fn refusal_of(bytes: &[u8], limit: u64) -> Problem {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.py");
    fs::write(&path, bytes).unwrap();
    read(&source_file(&path), limit).unwrap_err()
}

fn clean(text: &str) -> (String, Vec<(Option<u32>, ProblemKind)>) {
    (text.to_owned(), Vec::new())
}

#[test]
fn line_ends_are_those_of_python_and_crlf_keeps_its_bytes() {
    assert_eq!(text_of(b""), clean(""));
    assert_eq!(text_of(b"a\r\nb\r\n"), clean("a\r\nb\r\n"));
    assert_eq!(text_of(b"a\rb\r\r\nc\n\rd\r"), clean("a\nb\n\r\nc\n\nd\n"));
}

#[test]
fn a_byte_order_mark_is_dropped_and_only_a_cookie_against_it_is_a_problem() {
    assert_eq!(text_of("\u{feff}x = 'é'\n".as_bytes()), clean("x = 'é'\n"));
    assert_eq!(text_of(b"\xef\xbb\xbf# coding: UTF_8\n"), clean("# coding: UTF_8\n"));
    let (text, problems) = text_of("\u{feff}#\n# coding: latin-1\né".as_bytes());
    assert_eq!(text, "#\n# coding: latin-1\né");
    assert_eq!(problems, [(Some(2), ProblemKind::Encoding)]);
}

#[test]
fn cookies_count_in_the_first_two_lines_and_only_in_comments() {
    let latin1 = |head: &str| text_of(&[head.as_bytes(), b"\xe9"].concat());
    for head in [
        "# -*- coding: latin-1 -*-\n",
        "#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n",
        "\n\t\x0c# coding=Latin_1\n",
        "#\r# coding: l1\r\n",
        "# coding x coding:latin1\n",
    ] {
        let (text, problems) = latin1(head);
        assert!(text.ends_with('é'), "{head:?} {text:?}");
        assert_eq!(problems, [], "{head:?}");
    }
    for (head, line) in [
        ("\n\n# coding: latin-1\n", 4),
        ("import x\n# coding: latin-1\n", 3),
        ("x = '# coding: latin-1'\n", 2),
        ("# coding : latin-1\n", 2),
    ] {
        let (text, problems) = latin1(head);
        assert!(text.ends_with('\u{fffd}'), "{head:?} {text:?}");
        assert_eq!(problems, [(Some(line), ProblemKind::Encoding)], "{head:?}");
    }
}

#[test]
fn the_encodings_of_old_sources_are_decoded_by_the_names_that_python_gives_them() {
    let cases: [(&str, &[u8], &str); 12] = [
        ("cp1252", b"\x80", "€"),
        ("windows-1252", b"\x80", "€"),
        ("iso-8859-15", b"\xa4", "€"),
        ("iso8859_2", b"\xb1", "ą"),
        ("euc_jp", b"\xa4\xa2", "あ"),
        ("eucJP", b"\xa4\xa2", "あ"),
        ("shift_jis", b"\x82\xa0", "あ"),
        ("cp932", b"\x82\xa0", "あ"),
        ("gbk", b"\xc4\xe3", "你"),
        ("big5", b"\xa7\x41", "你"),
        ("koi8-r", b"\xc1", "а"),
        ("latin-1", b"\x85", "\u{85}"),
    ];
    for (name, bytes, expected) in cases {
        let head = format!("# coding: {name}\n");
        assert_eq!(text_of(&[head.as_bytes(), bytes].concat()), clean(&format!("{head}{expected}")), "{name}");
    }
}

#[test]
fn an_unknown_encoding_is_a_problem_and_the_file_is_still_read() {
    for name in ["no-such-thing", "utf-16", "rot13"] {
        let source = format!("#!x\n# coding: {name}\nx = 'é'\n");
        let expected = (source.clone(), vec![(Some(2), ProblemKind::Encoding)]);
        assert_eq!(text_of(source.as_bytes()), expected, "{name}");
    }
}

#[test]
fn bytes_that_the_encoding_does_not_allow_are_a_problem_at_the_first_of_them() {
    let encoding = |line| vec![(Some(line), ProblemKind::Encoding)];
    assert_eq!(text_of(b"a\r\nb\rc\n\xff\n\xff"), ("a\r\nb\nc\n\u{fffd}\n\u{fffd}".to_owned(), encoding(4)));
    let ascii = "# coding: us-ascii\nx = 'é'\n";
    assert_eq!(text_of(ascii.as_bytes()), (ascii.to_owned(), encoding(2)));
    let (text, problems) = text_of(b"# coding: euc-jp\n\xa4\xa2\n\xa4\n");
    assert_eq!((&*text, problems), ("# coding: euc-jp\nあ\n\u{fffd}\n", encoding(3)));
}

#[test]
fn what_python_refuses_altogether_has_no_text() {
    let nul = refusal_of(b"a\r\nb\rc\0", 100);
    assert_eq!((nul.kind, nul.line), (ProblemKind::NulByte, Some(3)));
    for mark in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"\xff\xfe\0\0a\0\0\0", b"\0\0\xfe\xff\0\0\0a"] {
        assert_eq!(refusal_of(mark, 100).kind, ProblemKind::Encoding, "{mark:?}");
    }
}

#[test]
fn a_file_over_the_limit_is_not_read_and_both_sizes_are_told() {
    let problem = refusal_of(b"12345", 4);
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    assert!(problem.message.contains("5 bytes") && problem.message.contains("limit of 4"), "{}", problem.message);
    assert_eq!(text_of(&vec![b'#'; 1 << 20]).0.len(), 1 << 20);
}

#[test]
fn a_file_that_vanished_since_the_walk_is_unreadable() {
    let tree = Tree::new(&["a.py"]);
    let discovery = tree.discover(&[]);
    fs::remove_file(tree.path().join("a.py")).unwrap();
    assert_eq!(read(&discovery.files[0], 100).unwrap_err().kind, ProblemKind::Unreadable);
}
