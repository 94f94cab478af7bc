//! From the facts of Rust's files to their tests.

pub mod frameworks;
