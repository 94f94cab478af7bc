//! What projects say they depend on, file by file, and what is told where they do not say it literally.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::fs;

use common::tree;
use testaudit::config::requirements::{requirement, requirements};
use testaudit::model::marker::Location;
use testaudit::model::{ProblemKind, Requirements};

fn read(files: &[(&str, &str)]) -> Requirements {
    requirements(tree(files).path())
}

/// `name specifier path:line` of each requirement, and `? path:line` of what is not told.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let read = read(files);
    assert_eq!(read.problems, [], "{files:?}");
    let required =
        read.list.iter().map(|found| format!("{} {} {}:{}", found.name, found.specifier, found.path, found.line));
    required.chain(read.unread.iter().map(|place| format!("? {}:{}", place.path, place.line))).collect()
}

/// The same for one file, without its path.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let path_shown = format!("{path}:");
    let told: Vec<_> = told(&[(path, text)]).iter().map(|line| line.replace(&path_shown, "")).collect();
    assert_eq!(told, expected, "{path}\n{text}");
}

#[test]
fn the_metadata_of_a_project_names_distributions_in_each_of_its_tables() {
    for (text, expected) in [
        ("[project]\ndependencies = [\n  'B>=1',\n  'a_c',\n]", &["a-c  4", "b >=1 3"][..]),
        ("[project.optional-dependencies]\ntest = ['pytest>=8']\ndoc = ['sphinx']", &["pytest >=8 2", "sphinx  3"]),
        (
            "[dependency-groups]\ntest = ['pytest', {include-group = 'x'}]\nx = ['pytest-x']",
            &["pytest  2", "pytest-x  3"],
        ),
        ("[build-system]\nrequires = ['setuptools']", &["setuptools  2"]),
        ("[tool.poetry.dependencies]\npython = '^3.9'\na = '^1.2'", &["a >=1.2,<2 3"]),
        (
            "[tool.poetry.group.dev.dependencies]\na = {version = '~1.2', extras = ['x']}\nb = '*'",
            &["a >=1.2,<1.3 2", "b  3"],
        ),
        ("[tool.poetry.dev-dependencies]\na = [{version = '1.0'}, {version = '2.0'}]", &["a ==1.0||==2.0 2"]),
        ("[tool.poetry.dependencies]\na = {git = 'https://host/a'}", &["a  2"]),
        ("[tool.pdm.dev-dependencies]\ntest = ['a', '-e file:///x#egg=b']", &["a  2"]),
        ("[tool.uv]\ndev-dependencies = ['a<2']", &["a <2 2"]),
        ("[tool.hatch.envs.test]\ndependencies = ['a']\nextra-dependencies = ['b']", &["a  2", "b  3"]),
        ("[tool.hatch.envs.test]\ndependencies = ['a=={matrix:x}']", &["? 2"]),
        (
            "[tool.tox.env_run_base]\ndeps = ['a', '-c constraints.txt']\n[tool.tox.env.x]\ndeps = ['b']",
            &["a  2", "b  4"],
        ),
        ("[tool.tox]\nlegacy_tox_ini = '''\n[testenv]\ndeps = a\n'''", &["a  4"]),
        (
            "[tool.cibuildwheel]\ntest-requires = 'a b'\n[[tool.cibuildwheel.overrides]]\ntest-requires = ['c']",
            &["a  2", "b  2", "c  4"],
        ),
        ("[tool.pixi.feature.test.dependencies]\na = '=1.2'\nb = '*'", &["a ==1.2.* 2", "b  3"]),
        ("[project]\ndynamic = ['version', 'dependencies']", &["? 2"]),
        (
            "[project]\nname = 'a'\ndependencies = 'b'\n[tool.other]\ndependencies = ['c']\n[tool.pytest]\ndeps = ['d']",
            &["b  3"],
        ),
        ("[project]\ndependencies = [1, {}]\n[dependency-groups]\nx = 1\n[tool]\npoetry = 2", &[]),
    ] {
        check("pyproject.toml", text, expected);
    }
}

#[test]
fn requirements_files_are_read_as_pip_reads_them() {
    let text = "# comment\npytest>=7 # why\n\npytest-a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n-c limits.txt\n\
                -i https://host\n-e .[test]\n-e git+https://host/x#egg=x\n./local\nb ; python_version < '4'\nc @ https://h/c.zip\n\
                git+https://host/unnamed\nd#e\n";
    let expected = ["b  12", "c  13", "pytest >=7 2", "pytest-a ==1 4", "x  10", "? 14", "? 15"];
    check("requirements.txt", text, &expected);
}

#[test]
fn a_file_is_a_requirements_file_by_its_name_and_place() {
    for path in [
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.in",
        "test-requirements.txt",
        "requirements/x.txt",
        "requirements/x.in",
        "requirements/deep/x.txt",
        "ci/requirements.txt",
        "ci/requirements/x.txt",
        "tests/requirements.txt",
        "dev.in",
        "reqs.pip",
        "REQUIREMENTS.TXT",
    ] {
        check(path, "pytest", &["pytest  1"]);
    }
    for path in [
        "constraints.txt",
        "requirements/constraints.txt",
        "requirements-constraints.txt",
        "notes.txt",
        "MANIFEST.in",
        "src/requirements.txt",
        "tests/notes.txt",
        "requirements.md",
        "config.h.in",
        "uv.lock",
        "poetry.lock",
    ] {
        check(path, "pytest", &[]);
    }
    check("template.in", "pytest\n#define x 1\nint main() {}\n", &[]);
}

#[test]
fn files_that_are_named_are_followed_within_the_tree() {
    let files = [
        (
            "requirements.txt",
            "-r deps/one.txt\n-rdeps/two.txt\n--requirement=absent.txt\n-r ../../outside.txt\n-c limits.txt",
        ),
        ("deps/one.txt", "a\n-r two.txt\n-r one.txt"),
        ("deps/two.txt", "b\n-r ../requirements.txt"),
        ("limits.txt", "c"),
    ];
    assert_eq!(
        told(&files),
        ["a  deps/one.txt:1", "b  deps/two.txt:1", "? requirements.txt:3", "? requirements.txt:4"]
    );
    let files = [
        (
            "pyproject.toml",
            "[project]\ndynamic = ['dependencies']\n[tool.setuptools.dynamic]\ndependencies = {file = ['x.txt']}",
        ),
        ("setup.cfg", "[options]\ninstall_requires = file: y.txt"),
        ("x.txt", "a"),
        ("y.txt", "b"),
    ];
    assert_eq!(told(&files), ["a  x.txt:1", "b  y.txt:1"]);
    // It is no list of requirements by itself, and is one because another file says so.
    let files = [("all.in", "a\n- what"), ("tox.ini", "[testenv]\ndeps = -r{toxinidir}/all.in")];
    assert_eq!(told(&files), ["a  all.in:1"]);
}

#[test]
fn setup_cfg_and_tox_ini_name_distributions_in_their_options_alone() {
    let text = "[options]\ninstall_requires =\n  a>=1\n  # no\n  b; python_version<'3'\ntests_require = c; d\n\
                [options.extras_require]\ntest =\n  e\n[metadata]\nname = f\n[tool:pytest]\naddopts = g\n";
    check("setup.cfg", text, &["a >=1 3", "b  5", "c  6", "d  6", "e  9"]);
    check("setup.cfg", "[options]\ninstall_requires = attr: x.y", &["? 2"]);
    let text = "[tox]\nenvlist = a\n[testenv]\ndeps =\n  b>=1\n  py{38,39}-x,!y: c\n  {[base]deps}\n  {env:C:d}\n  {env:C}\n  \
                  -cconstraints.txt\n  https://host/x.zip\n[testenv:doc]\ndeps = e\ncommands = pip install f\n  pytest g\n";
    check("tox.ini", text, &["b >=1 5", "c  6", "d  8", "e  13", "f  14", "? 9", "? 11"]);
    check("tox.ini", "[testenv]\ndeps =\n  {env:A:}\n  x: {env:B:}c", &["c  4", "? 3"]);
    check("tox.ini", "[pytest]\naddopts = x\n[other]\nname = y", &[]);
}

#[test]
fn literals_of_setup_py_are_read_and_the_rest_is_computed() {
    for (text, expected) in [
        ("setup(install_requires=['a>=1', 'b'], name='c')", &["a >=1 1", "b  1"][..]),
        ("setup(\n  tests_require=[\n    'a',  # 'no'\n  ],\n  keywords=['x'],\n)", &["a  3"]),
        ("setup(extras_require={'test': ['a'], 'doc': ['b', \"c\" '>=1']})", &["a  1", "b  1", "c >=1 1"]),
        (
            "needed = [\n  'a',\n]\nneeded += ['b']\nneeded.append('c')\nsetup(install_requires=needed)",
            &["a  2", "b  4", "c  5"],
        ),
        ("extras = {}\nextras['x'] = ['a']\nsetup(extras_require=extras)", &["a  2"]),
        ("arguments = {'install_requires': ['a']}", &["a  1"]),
        ("setup(install_requires='''\na\nb>=1\n''')", &["a  1", "b >=1 1"]),
        ("setup(install_requires=open('x.txt').read().split('y'))", &["? 1"]),
        ("setup(install_requires=['a'] + read('x'))", &["a  1", "? 1"]),
        ("setup(install_requires=unknown)", &["? 1"]),
        ("setup(install_requires=[f'a=={x}'])", &["? 1"]),
        ("a = b\nb = a\nsetup(install_requires=a)", &["? 3"]),
        ("# install_requires=['a']\nx = 'install_requires=[\"b\"]'", &[]),
        ("install = ['a']", &[]),
    ] {
        check("setup.py", text, expected);
    }
}

#[test]
fn installations_of_nox_are_read() {
    for (text, expected) in [
        (
            "session.install('a>=1', '-r', 'x.txt', 'b', silent=True, env={'c': 'd', 'e': 'f'})",
            &["a >=1 1", "b  1", "? 1"][..],
        ),
        ("session.install(\n  'a',\n  'b',\n)", &["a  2", "b  3"]),
        ("session.install('-e', '.[test]')", &[]),
        ("session.install('.', '-c', 'limits.txt')", &[]),
        ("DEPS = ['a']\nsession.install(*DEPS)", &["a  1"]),
        ("session.install(*deps())", &["? 1"]),
        ("session.run('python', '-m', 'pip', 'install', 'a')", &["a  1"]),
        ("session.run('pytest', 'a')\ninstall('b')", &[]),
    ] {
        check("noxfile.py", text, expected);
    }
}

#[test]
fn tables_of_other_tools_are_read() {
    check(
        "Pipfile",
        "[packages]\na = '*'\n[dev-packages]\nb = {version = '>=1'}\n[requires]\npython_version = '3'",
        &["a  2", "b >=1 4"],
    );
    check("hatch.toml", "[envs.test]\ndependencies = ['a']\n[build]\nx = ['b']", &["a  2"]);
    check("tox.toml", "[env_run_base]\ndeps = ['a']\n[env.x]\ndeps = ['b']", &["a  2", "b  4"]);
    check("pixi.toml", "[dependencies]\na = '>=1,<2'\n[pypi-dependencies]\nb = '*'", &["a >=1,<2 2", "b  4"]);
}

#[test]
fn environments_of_conda_are_read() {
    let text = "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.9\n  - a=1.2\n  - 'b >=1'  # why\n  - forge::c\n  \
                - d 1.0 py_0\n  - pip:\n    - e==1\n    - -r absent.txt\n  - f\nvariables:\n  - g\n";
    let expected = ["a ==1.2.* 6", "b >=1 7", "c  8", "d ==1.0 9", "e ==1 11", "f  13", "? 12"];
    for path in ["environment.yml", "ci/environment-dev.yaml", "ci/requirements/py39.yml"] {
        check(path, text, &expected);
    }
    check("environment.yml", "dependencies: [a, b]", &["? 1"]);
    check("mkdocs.yml", text, &[]);
}

#[test]
fn command_lines_that_install_are_read() {
    for (line, expected) in [
        ("pip install a 'b>=1' \"c<2\"", &["a  1", "b >=1 1", "c <2 1"][..]),
        ("- run: python -m pip install -U a && pytest b", &["a  1"]),
        ("  run: \"pip install a\"", &["a  1"]),
        ("uv pip install --system -r absent.txt a", &["a  1", "? 1"]),
        ("pip3.12 install \\\n  a \\\n  b # c", &["a  1", "b  1"]),
        ("pip install -c limits.txt --index-url https://h -e .[x] dist/*.whl", &[]),
        ("pip install a==${{ matrix.a }} ${{ matrix.b }}", &["a ==${{matrix.a}} 1", "? 1"]),
        ("uv run --with a,b pytest c", &["a  1", "b  1"]),
        ("poetry add --group dev a", &["a  1"]),
        ("# pip install a", &[]),
        ("pipx install a; apt install b; npm install c; git add d", &[]),
        ("echo pip; install a", &[]),
    ] {
        for path in [".github/workflows/ci.yml", "Dockerfile", "ci/install.sh", "Makefile"] {
            check(path, line, expected);
        }
    }
    check("docs/Dockerfile", "pip install a", &[]);
}

#[test]
fn the_folders_above_the_root_count_up_to_the_repository() {
    let files = [
        ("requirements.txt", "outside"),
        ("repository/requirements.txt", "a"),
        ("repository/package/requirements.txt", "b\n-r ../more.txt\n-r ../../requirements.txt"),
        ("repository/more.txt", "c"),
    ];
    let folder = tree(&files);
    fs::create_dir(folder.path().join("repository/.git")).unwrap();
    let read = requirements(&folder.path().join("repository/package"));
    let told: Vec<_> = read.list.iter().map(|found| format!("{} {}", found.name, found.path)).collect();
    assert_eq!(told, ["a ../requirements.txt", "b requirements.txt", "c ../more.txt"]);
    assert_eq!(read.unread.len(), 1);
    fs::remove_dir(folder.path().join("repository/.git")).unwrap();
    fs::remove_dir(folder.path().join(".git")).unwrap();
    let alone = requirements(&folder.path().join("repository/package"));
    assert_eq!(alone.list.len(), 1);
}

#[test]
fn the_project_itself_is_installed_where_its_tests_run() {
    for (path, text) in [
        ("pyproject.toml", "[project]\nname = 'Pytest_X'"),
        ("pyproject.toml", "[tool.poetry]\nname = 'pytest-x'"),
        ("setup.cfg", "[metadata]\nname = pytest-x"),
        ("setup.py", "from setuptools import setup\nsetup(\n  packages=['a', 'b'],\n  name='pytest-x',\n)"),
    ] {
        let read = read(&[(path, text)]);
        assert!(read.depends_on("pytest-x") && read.of("pytest-x").next().is_none(), "{text}");
    }
    for (path, text) in [
        ("pyproject.toml", "[tool.other]\nname = 'pytest-x'"),
        ("setup.py", "setup(ext=[Extension(name='pytest-x')])\nname = 'pytest-x'\nsetup("),
    ] {
        assert!(!read(&[(path, text)]).depends_on("pytest-x"), "{text}");
    }
}

#[test]
fn a_requirement_answers_which_versions_it_allows() {
    let read = read(&[
        ("requirements.txt", "pytest>=7,<9\npytest-cov"),
        ("pyproject.toml", "[dependency-groups]\nx = ['PyTest>=9']"),
    ]);
    let older: Vec<_> = read
        .of("pytest")
        .map(|found| (found.path.as_str(), testaudit::model::requirement::allows_below(&found.specifier, "9.0")))
        .collect();
    assert_eq!(older, [("requirements.txt", Some(true)), ("pyproject.toml", Some(false))]);
    assert!(read.depends_on("Pytest_Cov") && !read.depends_on("pytest-mock"));
}

#[test]
fn a_requirement_that_stands_elsewhere_is_read_alike() {
    let at = || Location { path: "pytest.ini".to_owned(), line: 3 };
    let found = requirement("Pytest_X >= 1", at()).unwrap();
    assert_eq!((&*found.name, &*found.specifier, &*found.path, found.line), ("pytest-x", ">=1", "pytest.ini", 3));
    assert_eq!(requirement("{x}", at()), None);
    assert_eq!(requirement("", at()), None);
}

#[test]
fn what_cannot_be_read_is_a_problem_unless_others_tell_it() {
    let problems = |files: &[(&str, &str)]| {
        let problems = read(files).problems;
        problems.into_iter().map(|problem| (problem.path, problem.line, problem.kind)).collect::<Vec<_>>()
    };
    let found =
        problems(&[("Pipfile", "[packages]\nx ="), ("pyproject.toml", "[[["), ("setup.cfg", "x"), ("tox.ini", " y")]);
    assert_eq!(found, [("Pipfile".to_owned(), Some(2), ProblemKind::Config)]);
    let large = "a\n".repeat(3_000_000);
    let found = problems(&[("requirements.txt", &large)]);
    assert_eq!(found, [("requirements.txt".to_owned(), None, ProblemKind::TooLarge)]);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_out_of_the_tree_and_no_fifo_is_opened() {
    use std::os::unix::fs::symlink;
    let outside = tree(&[("secret.txt", "secret"), ("folder/requirements.txt", "secret")]);
    let folder = tree(&[("inside.txt", "a")]);
    symlink(outside.path().join("secret.txt"), folder.path().join("requirements.txt")).unwrap();
    symlink(outside.path().join("folder"), folder.path().join("requirements")).unwrap();
    symlink("inside.txt", folder.path().join("requirements-dev.txt")).unwrap();
    symlink("circle.in", folder.path().join("circle.in")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("test-requirements.txt")).status().unwrap();
    assert!(made.success());
    fs::create_dir(folder.path().join("setup.py")).unwrap();
    let read = requirements(folder.path());
    let names: Vec<_> = read.list.iter().map(|found| (found.name.as_str(), found.path.as_str())).collect();
    assert_eq!(names, [("a", "requirements-dev.txt")]);
    let problems: Vec<_> = read.problems.iter().map(|problem| (problem.path.as_str(), problem.kind)).collect();
    let expected = [
        ("circle.in", ProblemKind::Unreadable),
        ("requirements.txt", ProblemKind::Link),
        ("test-requirements.txt", ProblemKind::NotAFile),
    ];
    assert_eq!(problems, expected);
}

/// Every reader gets every text, whole and cut anywhere.
#[test]
fn no_text_makes_a_reader_panic() {
    let deep = "[".repeat(20_000) + "{(" + &"]".repeat(10_000);
    let texts = [
        "setup(install_requires=[\"a\" 'b', r'\\', '''c\n''', f\"{x}\", *d, e[0](1).f], é=\\\n",
        "x = x + x\nx.append(x)\nsetup(install_requires=x, extras_require={x: [x]})",
        "[a\n]=\n[options]\ninstall_requires\n  é;;==,\ndeps = {env:\n  {[x\n  a: : b\n[testenv]\ndeps = {env:a:{env:b}\n  x{env:é",
        "dependencies:\n - é=\n -\n - pip:\n   - -e\n - ::\n - [\n",
        "pip install é'\"`${{ \\\n pip install install add uv add --with \\",
        "a @\nb[\nc[]]>=\n-r\n--requirement=\n-e\n#egg=\ngit+x://#egg=-\n\u{feff}\u{2028}\\\n@\n://\n==\n;",
        "[project]\ndependencies = ['', '\\u0000', '[', '@', '=']\n[tool.poetry.dependencies]\n'' = '^99999999999999999999||~'\nx = '^'",
        "a^\0\u{1}\u{10ffff}",
        &deep,
    ];
    let paths = [
        "pyproject.toml",
        "Pipfile",
        "tox.toml",
        "setup.cfg",
        "tox.ini",
        "requirements.txt",
        "x.in",
        "setup.py",
        "noxfile.py",
        "environment.yml",
        "ci/x.sh",
    ];
    let folder = tree(&paths.map(|path| (path, "")));
    let write = |bytes: &[u8]| {
        for path in paths {
            fs::write(folder.path().join(path), bytes).unwrap();
        }
        requirements(folder.path())
    };
    for text in texts {
        let step = (text.len() / 40).max(1);
        for end in (0..=text.len()).step_by(step) {
            write(&text.as_bytes()[..end]);
        }
    }
    write(b"\xff\xfea\0b\0\n\0");
    write(&[0x80; 100]);
    write(b"x = [\n");
    // The readers still work.
    assert!(!write(b"pytest").list.is_empty());
}

#[test]
fn large_files_of_nothing_but_beginnings_cost_no_more_than_a_bounded_time() {
    let repeated = |text: &str| text.repeat(400_000 / text.len());
    let files = [
        ("setup.py", repeated("setup(install_requires=a[")),
        ("noxfile.py", repeated("x.install(a(\n")),
        ("requirements.txt", repeated("-r absent.txt\n")),
        ("requirements/a.txt", repeated("a[b\\\n")),
        ("requirements/b.txt", repeated("a>=1,")),
        ("tox.ini", format!("[testenv]\ndeps =\n  {}", repeated("{env:a:"))),
        ("ci/install.sh", repeated("pip install '${{ \"")),
        ("environment.yml", format!("dependencies:\n{}", repeated(" - pip:\n"))),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let folder = tree(&files);
    let start = std::time::Instant::now();
    for found in requirements(folder.path()).list {
        testaudit::model::requirement::allows_below(&found.specifier, "9");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn names_that_repeat_each_other_cost_no_more_than_a_bounded_time() {
    let mut text = String::from("a0 = ['x']\n");
    for at in 1..40 {
        text += &format!("a{at} = a{} + a{}\n", at - 1, at - 1);
    }
    text += "setup(install_requires=a39)\nsetup(tests_require=a7)\n";
    let read = read(&[("setup.py", &text)]);
    assert!(read.unread.iter().any(|place| place.line == 41));
}
