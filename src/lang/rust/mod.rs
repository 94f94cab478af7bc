//! One file of Rust, from its text to what it says.

pub mod doctests;
