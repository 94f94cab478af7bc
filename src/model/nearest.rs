//! Which known name a misspelt one was meant to be. Knows nothing of what is named.

/// The known name nearest to this one, when it is near enough to be meant; of equally near ones the first in order.
/// Capitals do not count.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let (distance, other) = known.into_iter().map(|other| (distance(other), other)).min()?;
    (distance <= other.chars().count().min(name.chars().count()).div_ceil(3)).then_some(other)
}
