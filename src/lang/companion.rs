//! Texts and scripts that stand beside tests: what their first lines say, and which commands they show. Refuses to know
//! where they stand.

use super::command_lines;
use crate::model::about::{Companion, Prose, first_sentence};

/// Bytes of a text that are read.
const MAX_LENGTH: usize = 64 * 1024;

/// What the text of a file at this path says.
pub fn companion(path: &str, text: &str) -> Companion {
    let mut end = text.len().min(MAX_LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let is_script = [".sh", ".bash"].iter().any(|ending| path.ends_with(ending));
    let doc = if is_script { of_script(text) } else { of_document(text) };
    Companion { path: path.to_owned(), doc, commands: command_lines::find(1, text), is_script }
}

/// The first sentence of the comments that a script begins with.
fn of_script(text: &str) -> Option<Prose> {
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| line.starts_with("#!") || line.trim().is_empty());
    let (first, line) = lines.next()?;
    let comment = |line: &str| line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim().to_owned());
    let mut comments = comment(line)?;
    for (_, line) in lines {
        // A blank line parts comments; code ends them.
        let Some(next) = comment(line).or_else(|| line.trim().is_empty().then(String::new)) else { break };
        comments.push('\n');
        comments.push_str(&next);
    }
    // A paragraph that is a licence is followed by one that is none.
    comments.split("\n\n").find_map(first_sentence).map(|sentence| Prose::new(first, &sentence))
}

/// The first paragraph of a document behind its title, else its title.
fn of_document(text: &str) -> Option<Prose> {
    let is_rule = |line: &str| line.len() > 2 && line.chars().all(|letter| "=-~*#^+_".contains(letter));
    let is_decoration = |line: &str| {
        line.is_empty()
            || is_rule(line)
            || ["<", "[![", "![", "[!", "```", "|", ".. ", "---"].iter().any(|start| line.starts_with(start))
    };
    let lines: Vec<(u32, &str)> = (1..).zip(text.lines().map(str::trim)).take(60).collect();
    let is_title =
        |at: usize| lines[at].1.starts_with('#') || lines.get(at + 1).is_some_and(|(_, next)| is_rule(next)) && at < 4;
    let title = (0..lines.len()).find(|at| !is_decoration(lines[*at].1) && is_title(*at));
    let body = (0..lines.len())
        .find(|at| !is_decoration(lines[*at].1) && !is_title(*at) && !lines[*at].1.starts_with(['-', '*', '1']));
    let of = |at: usize| {
        let rest: Vec<_> = lines[at..].iter().map(|(_, line)| *line).collect();
        let sentence = first_sentence(&rest.join("\n"))?;
        Some(Prose::new(lines[at].0, sentence.trim_start_matches('#').trim()))
    };
    // What stands below the second title is about something smaller.
    let second = title.and_then(|first| (first + 1..lines.len()).find(|at| lines[*at].1.starts_with('#')));
    let body = body.filter(|at| second.is_none_or(|second| *at < second));
    body.and_then(of).or_else(|| title.and_then(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Option<(u32, String)> {
        companion(path, text).doc.map(|doc| (doc.line, doc.text))
    }

    #[test]
    fn a_document_says_what_follows_its_title() {
        let text = "# Specs\n\n[![badge](x)](y)\n\nYAML files that describe\nruns. More.\n";
        assert_eq!(said("a/README.md", text), Some((5, "YAML files that describe runs".to_owned())));
        assert_eq!(said("README.rst", "Specs\n=====\n\nBody here.\n"), Some((4, "Body here".to_owned())));
        assert_eq!(said("README.md", "# Only a title\n\n## Part\n\nText.\n"), Some((1, "Only a title".to_owned())));
        assert_eq!(said("README.md", "\n\n"), None);
    }

    #[test]
    fn a_script_says_what_its_comments_do_and_what_it_runs() {
        let licence = "#!/bin/bash\n# Copyright 2020 A\n#\n# This source code is licensed under\n# the licence in X.\n\n# Runs all. Twice.\nx\n";
        assert_eq!(said("run.sh", licence).map(|(_, text)| text).as_deref(), Some("Runs all"));
        assert_eq!(said("run.sh", "#!/bin/bash\n# Copyright 2020 A\n\nx\n# Not the head.\n"), None);
        let text = "#!/bin/bash\n# Copyright 2020 A\n#\n# Runs the dispatcher tests. Twice.\nset -e\ntorchrun --nproc_per_node=2 tests/a.py\n";
        let own = companion("tests/run.sh", text);
        assert!(own.is_script);
        assert_eq!(own.doc.map(|doc| doc.text), Some("Runs the dispatcher tests".to_owned()));
        assert_eq!(own.commands, [Prose { line: 6, text: "torchrun --nproc_per_node=2 tests/a.py".to_owned() }]);
        assert_eq!(said("run.sh", "set -e\n# late\n"), None);
    }
}
