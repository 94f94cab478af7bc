//! From the facts of a tree's Rust files and manifests to its tests.

pub mod features;
