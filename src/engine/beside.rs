//! What stands beside the tests, and how their configuration is written: read where a section wants to quote it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{
    config, discover,
    error::Error,
    lang,
    model::{Settings, Suite, path::folder_of_tests},
};

/// Adds it to the suite.
pub(super) fn add(root: &Path, settings: &Settings, suite: &mut Suite) -> Result<(), Error> {
    let folders = folders(suite);
    let companions = discover::companions(root, &folders, &settings.discovery)?;
    suite.companions = companions.texts.iter().map(|(path, text)| lang::companion(path, text)).collect();
    suite.data = companions.data;
    suite.configuration = config::pytest::written(&settings.pytest, &settings.overlay);
    Ok(())
}

/// The uppermost folders that are named for their tests, and that hold some.
fn folders(suite: &Suite) -> Vec<String> {
    let files = suite.files.iter().filter(|file| file.holds_tests());
    let folders: BTreeSet<&str> = files.filter_map(|file| folder_of_tests(&file.path)).collect();
    folders.into_iter().map(str::to_owned).collect()
}
