//! The versions that a `Cargo.lock` pins. Refuses to know where they come from and who needs them.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::document::{Document, string};

/// The versions of each package of a lock file, in its order.
///
/// # Errors
/// Where and why the text is no TOML.
pub(super) fn locked(path: &str, text: &str) -> Result<BTreeMap<String, Vec<String>>, (u32, String)> {
    let document = Document::new(path, text)?;
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let packages = document.root().get("package").and_then(|packages| packages.get_ref().as_array());
    for package in packages.into_iter().flatten() {
        let DeValue::Table(package) = package.get_ref() else { continue };
        if let Some((name, version)) = string(package, "name").zip(string(package, "version")) {
            versions.entry(name.to_owned()).or_default().push(version.to_owned());
        }
    }
    Ok(versions)
}
