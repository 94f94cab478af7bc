//! Nothing that a file holds makes extraction panic or take more than linear time.

use std::time::{Duration, Instant};

use testaudit::lang::commands::extract;

const PATHS: [&str; 11] = [
    "run.sh",
    ".github/workflows/ci.yml",
    "tox.ini",
    "pyproject.toml",
    "noxfile.py",
    "Makefile",
    "justfile",
    "Dockerfile",
    "Jenkinsfile",
    "tox.toml",
    "setup.cfg",
];

/// Pieces from which texts are put together: what opens and never closes, what nests, what is special somewhere.
const PIECES: [&str; 48] = [
    "pytest",
    " -m ",
    "'",
    "\"",
    "\\",
    "\n",
    "\r\n",
    " ",
    "\t",
    "$",
    "${",
    "$(",
    "${{",
    "}}",
    ")",
    "}",
    "`",
    "<<EOF",
    "<<",
    ">",
    "#",
    ";",
    "&&",
    "|",
    "run: |\n  ",
    "- ",
    "[",
    "]",
    "{",
    "{posargs:",
    "%A%",
    "=",
    ":",
    "commands =",
    "[testenv]\n",
    "\u{e9}",
    "\u{0}",
    "session.run(",
    "sh '''",
    "RUN ",
    "bash -c ",
    "uv run ",
    "docker run ",
    "X=1 ",
    "$$",
    "*a",
    "&a ",
    "\u{1f600}",
];

#[test]
fn random_texts_do_not_panic() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    for _ in 0..3000 {
        let text: String = (0..random(40)).map(|_| PIECES[random(PIECES.len())]).collect();
        for path in PATHS {
            extract(path, &text);
        }
    }
}

#[test]
fn random_bytes_do_not_panic() {
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..500 {
        let bytes: Vec<u8> = (0..200)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[3]
            })
            .collect();
        for path in PATHS {
            extract(path, &String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn what_opens_and_never_closes_takes_linear_time() {
    for piece in PIECES.iter().chain(&[
        "a \"$(",
        "cat <<X\n",
        "bash -c '",
        "xargs bash x.sh ",
        "time ",
        "python -X ",
        "- - ",
        "a: b\n",
        "a: {",
        "pytest -m \"x\n",
        "x:\n- ]\n",
        "a: |\n b\n",
        "$(A)",
        "A=$(A)\n",
        "pytest -m 'x' \\\n",
        "`\n",
        "'${{ a",
        "make A ",
        "[[a]]\n",
        "a=[",
        "f(",
    ]) {
        for path in PATHS {
            for joint in ["", "\n"] {
                // tree-sitter's search for a way to go on behind an error is not linear.
                let size = if path == "noxfile.py" { 3_000 } else { 30_000 };
                let text = format!("{piece}{joint}").repeat(size / (piece.len() + joint.len()));
                let start = Instant::now();
                extract(path, &text);
                let taken = start.elapsed();
                assert!(taken < Duration::from_secs(2), "{path}, {piece:?}: {taken:?}");
            }
        }
    }
}

#[test]
fn aliases_are_not_expanded() {
    let mut text = "a0: &a0 [pytest -m x]\n".to_owned();
    for level in 1..40 {
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", ")));
    }
    let facts = extract("ci/bomb.yml", &text);
    assert_eq!(facts.invocations.len(), 1);
}

#[test]
fn what_does_not_close_costs_no_more_than_its_line() {
    for open in ["echo it's", "echo \"x", "echo $(", "echo `x", "cat <<EOF", "echo ${", "x=(", "echo '${{ a"] {
        let facts = extract("run.sh", &format!("{open}\npytest -m slow\n"));
        let expressions: Vec<_> =
            facts.invocations.iter().flat_map(|invocation| invocation.mark_expressions()).collect();
        assert_eq!(expressions.len(), 1, "{open}");
        assert_eq!((expressions[0].expression.as_str(), expressions[0].line), ("slow", 2), "{open}");
    }
}
