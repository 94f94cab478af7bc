//! Examples in docstrings and texts that nothing runs; of Rust, examples of libraries that say `doctest = false`.

use super::{
    Draft, Found, Kind,
    look::{Look, evidence},
};
use crate::model::{
    Confidence, Language,
    gap::GapKind,
    project::{Part, ProjectModule},
    suite::Property,
};
use crate::views::count;

pub(super) const KIND: Kind =
    Kind { kind: GapKind::Doctests, title: "Examples in documentation that nothing runs", find };

fn find(look: &Look<'_>) -> Found {
    let mut found = of_python(look);
    found.drafts.extend(of_rust(look));
    found
}

fn of_python(look: &Look<'_>) -> Found {
    let mut places = Vec::new();
    let mut modules = 0;
    for module in look.project.product().filter(|module| !module.facts.examples.is_empty()) {
        modules += 1;
        places.extend(
            module.facts.examples.iter().map(|line| evidence(&module.path, *line, "example in a docstring", "")),
        );
    }
    let aside = |path: &str| {
        ["changelog", "changes", "history", "news", "release", "whatsnew"]
            .iter()
            .any(|word| path.to_ascii_lowercase().contains(word))
    };
    let texts = look.project.texts.iter().filter(|text| !aside(&text.path));
    let of_texts: Vec<_> =
        texts.map(|text| evidence(&text.path, text.line, count(text.examples as usize, "example"), "")).collect();
    let in_docstrings = places.len();
    let total = in_docstrings + of_texts.len();
    if total == 0 {
        return Found::nothing("there are no examples (`>>>`) in docstrings or texts");
    }
    let runs = runs(look);
    if !runs.is_empty() {
        return Found::closed("something runs examples", runs);
    }
    // Without any file of CI, what runs them may stand elsewhere.
    let confidence = if look.project.has_ci { Confidence::High } else { Confidence::Medium };
    let what = match (in_docstrings, of_texts.len()) {
        (0, texts) => count(texts, "text"),
        (docstrings, 0) => count(docstrings, "docstring"),
        (docstrings, texts) => format!("{} and {}", count(docstrings, "docstring"), count(texts, "text")),
    };
    let mut draft = Draft::new(GapKind::Doctests, confidence, format!("Nothing runs the examples in {what}"));
    draft.description = "Neither pytest's configuration nor a command or test of the project runs examples (`--doctest-modules`, `--doctest-glob`, `doctest`, `xdoctest`, `sybil`, Sphinx's `doctest`).".to_owned();
    draft.impact = "What the documentation shows may be wrong, and is what users copy.".to_owned();
    draft.recommendation = "Let pytest collect them: it says which no longer hold.".to_owned();
    draft.test_plan = vec![
        "Add `--doctest-modules` (docstrings) or `--doctest-glob='*.md'` (texts) to `addopts`, and the folder of the package to `testpaths`.".to_owned(),
        "Mend what fails; mark what cannot run with `# doctest: +SKIP`.".to_owned(),
    ];
    draft.verification = Some(match in_docstrings {
        0 => "pytest --doctest-glob='*.md' --doctest-glob='*.rst' .".to_owned(),
        _ => format!("pytest --doctest-modules {}", package_folder(look)),
    });
    draft.items = total;
    draft.symbols = u32::try_from(in_docstrings).unwrap_or(u32::MAX);
    draft.importers = u32::from(modules > 0);
    draft.evidence = places.into_iter().chain(of_texts).collect();
    Found::gap(draft)
}

/// The folder of the package with the most modules.
fn package_folder(look: &Look<'_>) -> String {
    let examples = look.project.product().filter(|module| !module.facts.examples.is_empty());
    let top = |module: &ProjectModule| {
        let parts = module.name.matches('.').count() + usize::from(module.path.ends_with("/__init__.py"));
        module.path.split('/').rev().skip(parts).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/")
    };
    examples.map(top).min_by_key(String::len).filter(|path| !path.is_empty()).unwrap_or_else(|| ".".to_owned())
}

/// What runs examples.
pub(super) fn runs(look: &Look<'_>) -> Vec<super::GapEvidence> {
    let mut found = Vec::new();
    let pytest = &look.suite.pytest;
    if pytest.addopts.doctest_modules
        && let Some(source) = &pytest.source
    {
        found.push(evidence(&source.path, 1, "--doctest-modules", ""));
    }
    // An extension that is loaded runs nothing until its builder is asked for.
    let is_run = |line: &str| {
        let lower = line.to_ascii_lowercase();
        let named = ["doctest", "pytest-examples", "sybil"].iter().any(|word| lower.contains(word));
        // A dependency on one is no use of it; tests that use it say so.
        named
            && !lower.contains("sphinx.ext.doctest")
            && !lower.contains("doctest = false")
            && !lower.contains("norecursedirs")
    };
    found.extend(look.commands(&is_run));
    for module in look.project.modules.iter().filter(|module| module.part != Part::Product) {
        let calls = module
            .facts
            .calls
            .iter()
            .find(|call| ["doctest.", "xdoctest.", "sybil."].iter().any(|start| call.name.starts_with(start)));
        if let Some(call) = calls {
            found.push(evidence(&module.path, call.line, call.name.clone(), &call.text));
        }
        // A `conftest.py` that prepares what examples see, or leaves some out.
        let word = module.facts.words.iter().find(|word| word.contains("doctest") && module.part == Part::Tests);
        if let Some(word) = word {
            found.push(evidence(&module.path, 1, word.to_string(), ""));
        }
        let import = module.facts.imports.iter().find(|own| {
            ["doctest", "xdoctest", "sybil", "pytest_examples", "byexample", "doctestplus", "pytest_doctestplus"]
                .contains(&own.module.split('.').next().unwrap_or_default())
        });
        if let Some(import) = import {
            found.push(evidence(&module.path, import.line, format!("import {}", import.module), ""));
        }
    }
    // pytest finds some in what it collects.
    let is_example = |file: &&crate::model::TestFile| {
        file.language == Language::Python
            && file.tests.iter().any(|test| {
                test.properties.contains(&Property::Doctest) && !test.properties.contains(&Property::Deselected)
            })
    };
    if pytest.addopts.doctest_modules && found.is_empty() {
        found.extend(
            look.suite.files.iter().find(is_example).map(|file| evidence(&file.path, 1, "collected by pytest", "")),
        );
    }
    found.dedup();
    found.truncate(10);
    found
}

fn of_rust(look: &Look<'_>) -> Option<Draft> {
    let files = look.suite.files.iter().filter(|file| file.language == Language::Rust);
    let left = files.flat_map(|file| file.tests.iter().map(move |test| (file, test)));
    let left = left.filter(|(_, test)| {
        test.properties.contains(&Property::Doctest) && test.properties.contains(&Property::Deselected)
    });
    let evidence: Vec<_> = left.map(|(file, test)| evidence(&file.path, test.line, test.id.clone(), "")).collect();
    if evidence.is_empty() {
        return None;
    }
    let mut draft = Draft::new(
        GapKind::Doctests,
        Confidence::High,
        format!("{} of Rust in libraries with `doctest = false`", count(evidence.len(), "example")),
    );
    draft.description = "`cargo test` compiles and runs none of them.".to_owned();
    draft.impact = "What the documentation shows may no longer compile, and is what users copy.".to_owned();
    draft.recommendation = "Remove `doctest = false`, and mark what cannot run with `no_run`.".to_owned();
    draft.verification = Some("cargo test --doc".to_owned());
    draft.items = evidence.len();
    draft.symbols = u32::try_from(evidence.len()).unwrap_or(u32::MAX);
    draft.evidence = evidence;
    Some(draft)
}
