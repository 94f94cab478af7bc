//! Bar charts: how long each bar is.

use super::text::grouped;
use crate::render::document::Bars;

/// A chart, as a template writes it.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) bars: Vec<Drawn>,
}

/// A bar.
pub(super) struct Drawn {
    pub(super) label: String,
    /// Of a hundred, which is the longest.
    pub(super) length: String,
    pub(super) value: String,
}

impl Chart {
    /// The chart; of nothing there is none.
    pub(super) fn new(bars: &Bars) -> Option<Self> {
        let longest = bars.bars.iter().map(|bar| bar.value).max().filter(|longest| *longest > 0)?;
        let tenths = |value: u64| u128::from(value) * 1000 / u128::from(longest);
        let drawn = bars.bars.iter().map(|bar| Drawn {
            label: bar.label.clone(),
            length: format!("{}.{}", tenths(bar.value) / 10, tenths(bar.value) % 10),
            value: grouped(bar.value),
        });
        Some(Self { title: bars.title.clone(), bars: drawn.collect() })
    }
}
