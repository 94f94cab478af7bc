//! Whether what is computed at a place decides if its test passes.

/// Who sees a value, the surest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// An assertion with a tolerance or a bound depends on it: some values pass, and others do not.
    Measured,
    /// An assertion, or a condition under which the test fails, depends on it.
    Asserted,
    /// It is handed on, and what takes it may depend on it.
    #[default]
    Perhaps,
    /// It leaves its function, and nothing within looks at it: what matters is who gets it.
    Leaves,
    /// Nothing but its shape, its type, or that computing with it raises nothing.
    Unseen,
}
