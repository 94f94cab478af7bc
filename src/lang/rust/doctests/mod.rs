//! From documentation to the blocks of code that rustdoc tests: found, classified, numbered and named as it does.
//!
//! Works on one item at a time. Which items there are, and which of them are compiled, the caller knows:
//!
//! - rustdoc collects with `cfg(doc)` and `cfg(doctest)` set and `cfg(test)` unset, and with the features that cargo gives
//!   the library. Private items count.
//! - cargo runs it for the library target alone, unless that says `doctest = false`; never for binaries, examples, tests,
//!   benches. A procedural macro's crate is a library too. A library none of whose crate types is `lib`, `rlib` or
//!   `proc-macro` is left out (`Target::doctestable`).
//! - Documentation within `cfg_attr` counts from the line of its `doc`, not from the `#`.
//! - A `doc` attribute in edition 2024 that `include_str!` reads names the file that was read; see [`code_blocks`].
//! - An item for which [`target_features`] are not all enabled is skipped, with everything in it.
//!
//! Behaviour follows `HirCollector` of `rustdoc/doctest/rust.rs` and the functions named below.

mod blocks;
mod fragments;
mod lang_string;
mod names;
mod type_name;

pub use blocks::code_blocks;
pub use fragments::fragments;
pub use names::{name_components, qualified_name, target_features};
pub use type_name::type_name;
