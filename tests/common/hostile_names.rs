//! Names that try to leave the place where a report puts them.

/// The names.
pub(crate) const NAMES: [&str; 8] = [
    "a\n# x.py",
    "a\r\n\n</details>\n.py",
    "`x`.py",
    "|",
    "<script>alert(1)<\\script>.py",
    "\u{1b}[2J\u{1b}]0;owned\u{7}.py",
    "exe.\u{202e}yp.py",
    "\u{9b}31m\u{7f}\u{2028}\\|.py",
];
