//! What decides whether a test runs: features that bring in a device, platforms, reasons for ignoring it, and early returns
//! where a device is missing. Refuses to know what is enabled; a test that is not compiled is not listed.

use std::collections::BTreeSet;

use super::functions::Functions;
use super::hardware::{Features, PLATFORM};
use super::walk::Module;
use crate::model::gate::{Gate, GateKind, Mechanism};
use crate::model::rust::{Attribute, Guard, Predicate, RustBody, Token, UseKind};
use crate::resolve::devices::device;

/// What is asked of the place of a test.
pub(super) struct Place<'p> {
    pub(super) features: Features<'p>,
    /// Features without which its target is not built.
    pub(super) required: &'p [String],
    pub(super) functions: &'p Functions,
    /// The module of its file that it stands in.
    pub(super) module: usize,
}

/// The gates of a test with these attributes and this body, sorted.
pub(super) fn gates(
    place: &Place<'_>,
    module: &Module<'_>,
    attributes: &[Attribute],
    body: Option<&RustBody>,
) -> Vec<Gate> {
    let mut found = Vec::new();
    for feature in place.required {
        let predicate = Predicate::Value { name: "feature".into(), value: feature.as_str().into() };
        let needed = place.features.needed(&predicate, true);
        let condition = format!("required-features = [\"{feature}\"]");
        add(&mut found, needed, feature, (Mechanism::RequiredFeatures, condition), 1);
    }
    for condition in module.conditions.iter() {
        // What stands in another file decides about all of this one.
        let line = if condition.file == module.place.file { condition.line } else { 1 };
        of_predicate(place, &condition.predicate, line, &mut found);
    }
    for attribute in attributes.iter().filter(|attribute| attribute.doc.is_none()) {
        match &*attribute.path {
            "cfg" => of_predicate(place, &Predicate::from_tokens(attribute.arguments()), attribute.line, &mut found),
            "cfg_attr" => of_cfg_attr(place, attribute, &mut found),
            "ignore" => of_reason(&attribute.tokens, attribute.line, &mut found),
            _ => {}
        }
    }
    for guard in body.iter().flat_map(|body| body.guards.iter()) {
        found.extend(of_guard(place, guard));
    }
    found.sort_by(|one, other| (one.line, &one.condition, one.kind).cmp(&(other.line, &other.condition, other.kind)));
    found.dedup();
    found
}

/// One gate for the devices that are needed, however many, and one for the platform.
fn add(
    found: &mut Vec<Gate>,
    needed: BTreeSet<GateKind>,
    name: &str,
    (mechanism, condition): (Mechanism, String),
    line: u32,
) {
    let devices: Vec<GateKind> = needed.iter().copied().filter(|kind| *kind != PLATFORM).collect();
    let least = device(name).map_or(1, |(_, least)| least);
    let mut gate = |kind, min_devices, detail| {
        found.push(Gate { min_devices, detail, ..Gate::new(kind, mechanism, line, condition.clone()) });
    };
    match devices.as_slice() {
        [] => {}
        [kind] => gate(*kind, Some(least), None),
        several => {
            let names: Vec<&str> = several.iter().map(|kind| kind.name()).collect();
            gate(GateKind::Gpu, Some(least), Some(names.join(" or ")));
        }
    }
    if needed.contains(&PLATFORM) {
        gate(PLATFORM, None, None);
    }
}

fn of_predicate(place: &Place<'_>, predicate: &Predicate, line: u32, found: &mut Vec<Gate>) {
    let text = text(predicate);
    add(found, place.features.needed(predicate, true), &text, (Mechanism::Cfg, format!("cfg({text})")), line);
}

/// `#[cfg_attr(predicate, ignore = "…")]`: the test runs where the predicate does not hold.
fn of_cfg_attr(place: &Place<'_>, attribute: &Attribute, found: &mut Vec<Gate>) {
    let mut parts = attribute.arguments().split(|token| token.is_punct(','));
    let Some(predicate) = parts.next().map(Predicate::from_tokens) else { return };
    let Some(ignore) = parts.find(|part| part.first().is_some_and(|token| token.is_ident("ignore"))) else { return };
    let text = text(&predicate);
    let needed = place.features.needed(&predicate, false);
    if needed.is_empty() {
        return of_reason(&ignore[1..], attribute.line, found);
    }
    add(found, needed, &text, (Mechanism::Ignore, format!("cfg_attr({text}, ignore)")), attribute.line);
}

/// `= "why"` behind `ignore`.
fn of_reason(tokens: &[Token], line: u32, found: &mut Vec<Gate>) {
    let [equals, reason] = tokens else { return };
    let Some(reason) = reason.string().filter(|_| equals.is_punct('=')) else { return };
    if let Some((kind, least)) = device(&reason) {
        let condition = format!("ignore = {reason:?}");
        found.push(Gate { min_devices: Some(least), ..Gate::new(kind, Mechanism::Ignore, line, condition) });
    }
}

/// An early return where a device is missing; none where it returns because there is one.
fn of_guard(place: &Place<'_>, guard: &Guard) -> Option<Gate> {
    // Every part has to be there to go on; else one of them is enough.
    let (all, any) = if guard.goes_on { ("&&", "||") } else { ("||", "&&") };
    let parts = |sign| guard.condition.split(sign);
    let asked = |part| asked(place, part, guard.goes_on);
    let (kind, least) = if guard.condition.contains(any) {
        let each: Option<Vec<_>> = parts(any).map(asked).collect();
        let each = each?;
        let (first, least) = each.first().copied()?;
        (if each.iter().all(|(kind, _)| *kind == first) { first } else { GateKind::Gpu }, least)
    } else {
        parts(all).find_map(asked)?
    };
    let sign = if guard.goes_on { "return unless" } else { "return if" };
    let condition = format!("{sign} {}", guard.condition);
    Some(Gate { min_devices: Some(least), ..Gate::new(kind, Mechanism::EarlyReturn, guard.line, condition) })
}

/// The device without which the function does not go on, by what is asked for, or by what the function that answers does.
fn asked(place: &Place<'_>, condition: &str, goes_on: bool) -> Option<(GateKind, u32)> {
    let (probe, is_there, least) = probe(condition)?;
    if is_there != goes_on {
        return None;
    }
    let own = device(probe);
    let (kind, named) = own.or_else(|| {
        let path = probe.split('(').next().filter(|path| path.len() < probe.len())?;
        let body = place.functions.called(path.trim_start_matches('&'), place.module)?;
        let speaking = body.uses().filter(|used| used.kind != UseKind::Macro || used.last() == "cfg");
        speaking.filter_map(|used| device(used.name)).next()
    })?;
    Some((kind, least.max(named)))
}

/// What a condition asks, without what turns its sense around, whether it asks for something to be there, and how many.
fn probe(condition: &str) -> Option<(&str, bool, u32)> {
    let (mut probe, mut is_there) = (condition.trim(), true);
    while let Some(rest) = probe.strip_prefix('!') {
        (probe, is_there) = (rest, !is_there);
    }
    for (sign, turns) in
        [(".is_err()", true), (".is_none()", true), ("==false", true), (".is_ok()", false), (".is_some()", false)]
    {
        if let Some(rest) = probe.strip_suffix(sign) {
            (probe, is_there) = (rest, is_there != turns);
        }
    }
    // A count: `device_count() < 2`.
    let comparison = ["<=", ">=", "==", "!=", "<", ">"].into_iter().find_map(|sign| {
        let (left, right) = probe.split_once(sign)?;
        Some((left, sign, right.parse::<u32>().ok()?))
    });
    let Some((left, sign, number)) = comparison else { return Some((probe, is_there, 1)) };
    // Where it holds there are at least so many, or fewer than that.
    let (enough, least) = match sign {
        ">=" => (true, number),
        ">" => (true, number.saturating_add(1)),
        "<" => (false, number),
        "<=" => (false, number.saturating_add(1)),
        "!=" if number == 0 => (true, 1),
        "==" if number == 0 => (false, 1),
        _ => return None,
    };
    Some((left, enough == is_there, least.max(1)))
}

/// A predicate as it is written in `cfg(…)`.
fn text(predicate: &Predicate) -> String {
    let list =
        |name: &str, parts: &[Predicate]| format!("{name}({})", parts.iter().map(text).collect::<Vec<_>>().join(", "));
    match predicate {
        Predicate::All(parts) => list("all", parts),
        Predicate::Any(parts) => list("any", parts),
        Predicate::Not(part) => format!("not({})", text(part)),
        Predicate::Name(name) => name.to_string(),
        Predicate::Value { name, value } => format!("{name} = {value:?}"),
        Predicate::Literal(value) => value.to_string(),
        Predicate::Invalid => "…".to_owned(),
    }
}
