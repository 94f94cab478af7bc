//! Data that tests are made of: how much of it some test or hook of them asks for.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::program::Program;
use crate::model::path::{folder, folder_of_tests};

/// Bytes of one file that count.
const MAX_BYTES: u64 = 64 * 1024;
/// Bytes of a line.
const LINE: f64 = 32.0;

/// The data that the code of tests names, in lines: its file, or a folder that it is in.
pub(super) fn lines(program: &Program<'_>, test_data: &[(String, u64)]) -> f64 {
    let of_tests = || program.files.iter().zip(&program.is_measured).filter(|(_, is_measured)| !**is_measured);
    // A `conftest.py` among the data collects it.
    let conftests: FxHashSet<&str> = of_tests()
        .filter(|(file, _)| file.path.ends_with("/conftest.py"))
        .map(|(file, _)| file.module.folder())
        .collect();
    let asked: FxHashSet<&str> =
        test_data.iter().flat_map(|(file, _)| file.split('/')).filter_map(first_word).collect();
    let of_tests: Vec<_> = of_tests().map(|(file, _)| file.code).collect();
    let words = of_tests.par_iter().flat_map_iter(|code| code.vocabulary());
    let words: Vec<&str> = words.filter(|word| asked.contains(word)).collect();
    let words: FxHashSet<&str> = words.into_iter().collect();
    let is_named = |part: &str| first_word(part).is_some_and(|first| words.contains(first));
    let is_read = |file: &str| {
        let Some(top) = folder_of_tests(file) else { return false };
        let below = file[top.len()..].trim_start_matches('/');
        let (within, name) = below.rsplit_once('/').unwrap_or(("", below));
        let own = folder(file);
        (own != top && conftests.contains(own)) || is_named(name) || within.split('/').any(is_named)
    };
    let read = test_data.iter().filter(|(file, _)| is_read(file));
    read.map(|(_, bytes)| (*bytes).min(MAX_BYTES) as f64 / LINE).sum()
}

/// The first word of a file's or folder's name.
fn first_word(part: &str) -> Option<&str> {
    part.split(|letter: char| letter != '_' && !letter.is_alphanumeric()).find(|part| part.len() > 1)
}
