//! Names that look alike: "did you mean". Owns the distance.

/// The name that a misspelt one was meant to be, when one is near enough for that: a third of its letters may differ.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let (distance, other) = names.into_iter().map(|other| (distance(other), other)).min()?;
    (distance <= other.chars().count().min(name.chars().count()).div_ceil(3)).then_some(other)
}
