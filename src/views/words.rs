//! English that depends on a number. Knows no section.

/// A number with the noun that fits it: `1 test`, `2 tests`.
pub fn count(number: impl TryInto<u64>, noun: &str) -> String {
    // No count of this program leaves `u64`; if one did, it would be shown as the largest.
    let number = number.try_into().unwrap_or(u64::MAX);
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Words joined as in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
