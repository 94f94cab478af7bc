//! From the text of one file of Rust to its facts, and what its macros make of tokens.

pub mod expand;
