//! A rule's page out of the comment at the top of its file. Refuses to know what it says.

/// The lines of the comment, without their marks.
fn lines(source: &str) -> impl Iterator<Item = &str> {
    source.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// The first paragraph on one line, without its full stop.
pub(super) fn summary(source: &str) -> String {
    let words: Vec<_> = lines(source).take_while(|line| !line.is_empty()).collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// The whole comment. Headings are one level deeper than rustdoc shows them, below the rule's own.
pub(super) fn page(source: &str) -> String {
    let mut page = String::new();
    let mut in_block = false;
    for line in lines(source) {
        in_block ^= line.starts_with("```");
        if !in_block && line.starts_with('#') {
            page.push('#');
        }
        page.push_str(line);
        page.push('\n');
    }
    page
}
