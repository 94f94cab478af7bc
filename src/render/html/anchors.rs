//! Names that links lead to: made of words, each once in a page.

use std::collections::{HashMap, VecDeque};

use crate::render::document::{Block, Medium, ROWS_ON_PAGES, slug};

/// The longest part of a name that is made of words.
const LONGEST: usize = 80;

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// A name made of these words, with a number behind it where others have it already.
    pub(super) fn take(&mut self, words: &str) -> String {
        let name = slug(words);
        let mut times = self.taken.get(&name).copied().unwrap_or(0);
        let mut free = name.clone();
        // A name with a number behind it may be that of other words.
        while times > 0 && self.taken.contains_key(&free) {
            times += 1;
            free = format!("{name}-{times}");
        }
        self.taken.insert(name, times.max(1));
        self.taken.entry(free.clone()).or_insert(1);
        free
    }

    /// Where a link within a section leads: to a name in it, else to a section or a name of another.
    pub(super) fn find(&self, section: &str, anchor: &str) -> Option<String> {
        let name = slug(anchor);
        [format!("{section}-{name}"), name].into_iter().find(|name| self.taken.contains_key(name))
    }

    /// A name below another one.
    pub(super) fn below(&mut self, above: &str, words: &str) -> String {
        self.take(&format!("{above} {}", words.chars().take(LONGEST).collect::<String>()))
    }
}

/// The names of a section's headings and of the rows that have names of their own: taken before any other, because links
/// lead to these.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// In their order.
    pub(super) headings: VecDeque<String>,
    /// In their order.
    pub(super) rows: VecDeque<String>,
}

impl Named {
    /// The names in a section.
    pub(super) fn of(section: &str, blocks: &[Block], anchors: &mut Anchors) -> Self {
        let mut named = Self::default();
        named.collect(section, blocks, anchors);
        named
    }

    fn collect(&mut self, section: &str, blocks: &[Block], anchors: &mut Anchors) {
        for block in blocks {
            match block {
                Block::Heading { text, .. } => self.headings.push_back(anchors.below(section, &text.words())),
                Block::Table(table) => {
                    let own = table.rows.iter().take(ROWS_ON_PAGES).filter_map(|row| row.anchor.as_deref());
                    self.rows.extend(own.map(|own| anchors.below(section, own)));
                }
                Block::Details { blocks, .. } => self.collect(section, blocks, anchors),
                Block::Only { media, blocks } if media.contains(&Medium::Html) => {
                    self.collect(section, blocks, anchors);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_taken_once() {
        let mut anchors = Anchors::default();
        let names = ["a", "A!", "a 2", "a", "a 2"].map(|words| anchors.take(words));
        assert_eq!(names, ["a", "a-2", "a-2-2", "a-3", "a-2-3"]);
    }
}
