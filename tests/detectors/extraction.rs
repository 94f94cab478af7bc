//! The files of a fixture folder, and what extraction says about a text.

use std::{fs, path::PathBuf, sync::OnceLock};

use testaudit::{
    lang::Extractor,
    model::{
        FileFacts, FileRole, Language, Settings, Source,
        settings::{DetectorSettings, Wanted},
    },
};

use crate::carets::Fixture;

/// How to look for signals. All ways have to find the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As the program does it.
    BuiltIn,
    /// Every statement, whatever words it has: beside a detector that matches nothing, and without words to look for.
    Everywhere,
    /// The whole file at once: beside a detector that matches nothing, and over several statements.
    WholeFile,
}

/// The Python files below a folder of fixtures, sorted.
pub(crate) fn fixtures(folder: &str) -> Vec<PathBuf> {
    let mut pending = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "a folder without fixtures tests nothing");
    files
}

impl Mode {
    fn extractor(self) -> &'static Extractor {
        static EXTRACTORS: [OnceLock<Extractor>; 3] = [const { OnceLock::new() }; 3];
        EXTRACTORS[self as usize].get_or_init(|| {
            let detectors = self.detector().map(|text| DetectorSettings {
                name: "nothing".to_owned(),
                title: "nothing".to_owned(),
                path: PathBuf::from("nothing.scm"),
                text: text.to_owned(),
            });
            // Every detector.
            let wanted =
                Wanted { judged: true, kinds: true, prose: true, layout: true, risks: true, ..Wanted::default() };
            let detectors = detectors.into_iter().collect();
            Extractor::new(&Settings { detectors, wanted, ..Settings::default() }).unwrap()
        })
    }

    /// A detector that reports nothing.
    fn detector(self) -> Option<&'static str> {
        match self {
            Self::BuiltIn => None,
            Self::Everywhere => Some("((comment) @custom.match (#match? @custom.match \"^$\"))"),
            Self::WholeFile => Some("((class_definition body: (block)) @custom.match (#match? @custom.match \"^$\"))"),
        }
    }
}

/// The facts of a test module with this text.
pub(crate) fn facts(mode: Mode, text: &str) -> FileFacts {
    let extractor = mode.extractor();
    let source = Source { text: text.as_bytes().to_vec() };
    extractor.extract(&mut extractor.worker(), Language::Python, FileRole::TestModule, "test_fixture.py", &source)
}

/// The facts of all files of a folder, by their path below the fixtures.
pub(crate) fn all(folder: &str) -> Vec<(String, FileFacts)> {
    fixtures(folder)
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let fixture = Fixture::new(&path, &text);
            (fixture.path().to_owned(), facts(Mode::BuiltIn, fixture.source()))
        })
        .collect()
}
