//! Charts.

/// A bar chart: one bar for each label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    /// What it shows.
    pub title: String,
    /// The bars in their order.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How long it is.
    pub value: u64,
}

impl Bars {
    /// A chart of these labels and values.
    pub fn new<L: Into<String>, V: TryInto<u64>>(
        title: impl Into<String>,
        bars: impl IntoIterator<Item = (L, V)>,
    ) -> Self {
        let bar = |(label, value): (L, V)| Bar { label: label.into(), value: value.try_into().unwrap_or(u64::MAX) };
        Self { title: title.into(), bars: bars.into_iter().map(bar).collect() }
    }
}

/// A treemap of files: areas within the areas of their folders, darker where there is more in them for their size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treemap {
    /// What it shows.
    pub title: String,
    /// What sizes count, such as `line`.
    pub size: &'static str,
    /// What colours count for each of those, such as `test`.
    pub part: &'static str,
    /// The files.
    pub leaves: Vec<Leaf>,
}

/// A file in a treemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its path: folders are made of it.
    pub path: String,
    /// Its area.
    pub size: u64,
    /// What is in it.
    pub part: u64,
}
