//! Who sees what is drawn at random: [`Sight`] for each draw, and for the names by which a function gets what others draw.
//!
//! Within one function of a module or class, with all that is nested in it. What it assigns to what, and what it asserts,
//! `reader` tells; what an assertion depends on, `slice`. Owns the question and refuses to know what is seeded.

mod expressions;
mod forms;
mod reader;
mod slice;

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use reader::Flows;
use slice::Slice;

use super::{names::Names, structure::Draft};
use crate::{
    lang::{
        anchors::{any_in, words},
        definition_id,
    },
    model::{DefinitionId, DefinitionKind, Reason, Role, Sight, Signal, Span},
};

/// Says of each draw who sees it, and returns for each function what it sees of what others draw.
pub(super) fn look<'t>(
    names: &Names<'t>,
    drafts: &[Draft<'t>],
    signals: &mut [Signal],
) -> Vec<(DefinitionId, Vec<(String, Sight)>)> {
    let draws: Vec<usize> = (0..signals.len()).filter(|at| is_draw(&signals[*at])).collect();
    if draws.is_empty() {
        return Vec::new();
    }
    let offsets: Vec<u32> = draws.iter().map(|at| signals[*at].offset).collect();
    let owners: FxHashSet<DefinitionId> = draws.iter().filter_map(|at| signals[*at].owner).collect();
    // A test is nobody's helper.
    let helpers: FxHashSet<&str> = owners
        .iter()
        .map(|owner| drafts[owner.0 as usize].definition.name.as_str())
        .filter(|name| !name.starts_with("test"))
        .collect();
    let mut found = Vec::new();
    for (place, draft) in drafts.iter().enumerate() {
        let Some(block) = draft.body.filter(|_| !is_nested(drafts, draft)) else { continue };
        let span = draft.definition.span;
        let draws_itself = any_in(&offsets, span.start, span.end);
        if !draws_itself && !mentions(names.text, span, &helpers) {
            continue;
        }
        let flows = Flows::read(names, block, &offsets);
        let slices = Slices::new(&flows);
        let first = offsets.partition_point(|offset| *offset < span.start);
        for (at, offset) in draws.iter().zip(&offsets).skip(first).take_while(|(_, offset)| **offset < span.end) {
            signals[*at].sight = slices.of(*offset);
        }
        let sees = slices.of_names(&helpers);
        if !sees.is_empty() {
            found.push((definition_id(place), sees));
        }
    }
    found
}

/// A draw while its function runs.
fn is_draw(signal: &Signal) -> bool {
    signal.kind.reason() == Some(Reason::Random) && signal.role == Role::Body && signal.owner.is_some()
}

/// Whether a function around it is looked at with all that it holds.
fn is_nested(drafts: &[Draft<'_>], draft: &Draft<'_>) -> bool {
    let parent = |draft: &&Draft<'_>| draft.definition.parent.map(|parent| &drafts[parent.0 as usize]);
    std::iter::successors(parent(&draft), parent).any(|draft| draft.definition.kind == DefinitionKind::Function)
}

fn mentions(text: &[u8], span: Span, helpers: &FxHashSet<&str>) -> bool {
    let starts = |word: &[u8]| helpers.iter().any(|helper| helper.as_bytes().first() == word.first());
    let mut all = words(&text[span.start as usize..span.end as usize]);
    all.any(|(_, word)| starts(word) && std::str::from_utf8(word).is_ok_and(|word| helpers.contains(word)))
}

/// What assertions depend on, what they may depend on, and what leaves the function: each worked out when it is asked for.
struct Slices<'f, 't> {
    flows: &'f Flows<'t>,
    by: [(OnceCell<Slice<'t>>, Sight); 4],
}

impl<'f, 't> Slices<'f, 't> {
    fn new(flows: &'f Flows<'t>) -> Self {
        let all = [Sight::Measured, Sight::Asserted, Sight::Perhaps, Sight::Leaves];
        let by = all.map(|sight| (OnceCell::new(), sight));
        Self { flows, by }
    }

    fn slice(&self, sight: Sight) -> Slice<'t> {
        let Flows { measured, asserted, perhaps, leaving, .. } = self.flows;
        match sight {
            Sight::Measured => Slice::new(self.flows, measured, false),
            Sight::Asserted => Slice::new(self.flows, asserted, false),
            Sight::Perhaps => Slice::new(self.flows, &[asserted.as_slice(), perhaps].concat(), true),
            Sight::Leaves | Sight::Unseen => Slice::new(self.flows, leaving, true),
        }
    }

    fn of(&self, offset: u32) -> Sight {
        self.first(|slice| slice.holds(self.flows, offset))
    }

    /// Of those names that are read at all.
    fn of_names(&self, asked: &FxHashSet<&str>) -> Vec<(String, Sight)> {
        if asked.is_empty() {
            return Vec::new();
        }
        let reads = self.flows.reads.iter().map(|read| read.name);
        let read: FxHashSet<&str> = reads.filter(|name| asked.contains(name)).collect();
        let sight = |name: &str| self.first(|slice| slice.names.contains(name));
        let mut found: Vec<_> = read.into_iter().map(|name| (name.to_owned(), sight(name))).collect();
        found.sort_unstable();
        found
    }

    fn first(&self, holds: impl Fn(&Slice<'t>) -> bool) -> Sight {
        let mut by = self.by.iter().map(|(slice, sight)| (slice.get_or_init(|| self.slice(*sight)), *sight));
        by.find(|(slice, _)| holds(slice)).map_or(Sight::Unseen, |(_, sight)| sight)
    }
}
