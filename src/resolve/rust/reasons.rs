//! Why a test deserves fuzzing, and whether its random values repeat: from what its macros say, and from what its body
//! and the functions of the same file that it reaches do.

use super::functions::{Functions, Reached};
use super::names::Names;
use super::random::{self, Draw, Effect};
use super::{property, risks, walk::Module};
use crate::model::rust::{Attribute, Import, RustBody};
use crate::model::suite::{Randomness, TestReason};
use crate::model::{BodyRisk, CargoPackage, Evidence, Reason};

/// What a body and those that it reaches say.
#[derive(Debug, Clone, Default)]
pub(super) struct Behaviour {
    pub(super) reasons: Vec<TestReason>,
    pub(super) randomness: Option<Randomness>,
    pub(super) risks: Vec<BodyRisk>,
}

/// What the body of a test does, in the file that `functions` are of; `place` is the module of it.
pub(super) fn behaviour(
    body: Option<&RustBody>,
    attributes: &[Attribute],
    functions: &Functions,
    place: usize,
    module: &Module<'_>,
    package: &CargoPackage,
    name_line: u32,
) -> Behaviour {
    let mut found = Behaviour::default();
    if let Some(writer) = property::writer(&module.written_by) {
        found.reasons.push(own(Reason::Property, Evidence::new(name_line, writer, "")));
    }
    let Some(body) = body else { return found };
    let mut draws: Vec<Draw> = Vec::new();
    let mut is_changing = false;
    let mut seen = risks::Seen::default();
    for reached in functions.reached(body, place) {
        let imports = imports(&reached, functions, place, module);
        let names = Names { imports, package };
        random::draws(&reached, &names, &mut draws);
        is_changing |= random::is_changing(&reached);
        seen.add(&reached, &names);
        if found.reasons.is_empty()
            && let Some((what, line)) = property::in_body(reached.body, &names)
        {
            let via = reached.helper.map(|helper| format!("helper `{}`, used in line {}", helper.name, helper.used));
            found.reasons.push(TestReason { via, ..own(Reason::Property, Evidence::new(line, what, "")) });
        }
    }
    found.risks = seen.risks(attributes, &module.written_by);
    let draws = random::certain(draws, is_changing);
    if let Some(draw) = draws.iter().find(|draw| draw.effect != Effect::Seeds) {
        let (evidence, via) = (draw.evidence.clone(), draw.via.clone());
        found.reasons.push(TestReason { reason: Reason::Random, evidence, via });
    }
    found.randomness = random::verdict(&draws);
    found
}

fn own(reason: Reason, evidence: Evidence) -> TestReason {
    TestReason { reason, evidence, via: None }
}

fn imports<'i>(
    reached: &Reached<'_>,
    functions: &'i Functions,
    place: usize,
    module: &Module<'i>,
) -> Vec<&'i [Import]> {
    match reached.helper {
        Some(helper) => functions.imports(helper, place, &module.imports),
        None => module.imports.clone(),
    }
}

/// What the macros of a test give as evidence: the attribute in the line that made the test, else the first that is none of
/// rustc's own.
pub(super) fn attribute(attributes: &[Attribute], line: u32) -> Option<&Attribute> {
    let is_plain = |attribute: &&Attribute| {
        let path = &*attribute.path;
        !matches!(path, "doc" | "cfg" | "cfg_attr" | "allow" | "expect" | "ignore" | "should_panic" | "test" | "inline")
    };
    let mut own = attributes.iter().filter(is_plain);
    own.clone().find(|attribute| attribute.line == line).or_else(|| own.next())
}

/// All reasons, each once, in their fixed order.
pub(super) fn joined(of_macros: Vec<TestReason>, of_body: Vec<TestReason>) -> Vec<TestReason> {
    let all: Vec<TestReason> = of_macros.into_iter().chain(of_body).collect();
    Reason::ALL.into_iter().filter_map(|reason| all.iter().find(|own| own.reason == reason).cloned()).collect()
}
