//! Variables of a module that tests change: a finding at the first use in each test that has one, where several tests do.

use std::collections::BTreeMap;

use super::{Reached, RiskFinding, Site, Verdict, finding, judge::is_of_product};
use crate::model::{Confidence, RiskKind, RiskSeverity, SignalKind, TestPart};

/// The findings of one file.
pub(super) fn findings(sites: &[Site<'_>]) -> Vec<RiskFinding> {
    let mut variables: BTreeMap<&str, Vec<&Site<'_>>> = BTreeMap::new();
    for site in sites.iter().filter(|site| site.risk.kind == RiskKind::ModuleState) {
        if let Some(variable) = site.risk.variable.as_deref() {
            variables.entry(variable).or_default().push(site);
        }
    }
    variables.into_values().flat_map(|places| of_variable(&places)).collect()
}

fn of_variable(places: &[&Site<'_>]) -> Vec<RiskFinding> {
    if places.iter().any(|site| is_of_product(site)) {
        return Vec::new();
    }
    let is_change = |site: &Site<'_>| site.signal.kind == SignalKind::RiskSite;
    let is_own = |reached: &&Reached<'_>| matches!(reached.part, TestPart::Own | TestPart::Helper);
    // What a fixture or a set-up method changes, it makes anew.
    let is_reset = places.iter().any(|site| is_change(site) && site.tests.iter().any(|reached| !is_own(&reached)));
    let mut tests: Vec<&str> =
        places.iter().flat_map(|site| &site.tests).map(|reached| reached.test.id.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    let is_changed = places.iter().any(|site| is_change(site) && site.tests.iter().any(|reached| is_own(&reached)));
    if is_reset || tests.len() < 2 || !is_changed || starts_anew(places, &tests) {
        return Vec::new();
    }
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for site in places {
        let fresh: Vec<Reached<'_>> =
            site.tests.iter().filter(|reached| !told.contains(&reached.test.id.as_str())).copied().collect();
        told.extend(fresh.iter().map(|reached| reached.test.id.as_str()));
        if !fresh.is_empty() {
            let verdict = Verdict::new(site.risk.severity.unwrap_or(RiskSeverity::High), Confidence::Medium);
            found.push(finding(site, &fresh, verdict));
        }
    }
    found
}

/// Whether each test begins by emptying the variable, or by assigning to it.
fn starts_anew(places: &[&Site<'_>], tests: &[&str]) -> bool {
    tests.iter().all(|test| {
        let is_of = |site: &&&Site<'_>| {
            site.tests.iter().any(|reached| reached.test.id == *test && reached.part == TestPart::Own)
        };
        places.iter().filter(is_of).any(|site| {
            let text = &site.signal.evidence.text;
            let variable = site.risk.variable.as_deref().unwrap_or_default();
            text.starts_with(&format!("{variable}.clear()")) || text.starts_with(&format!("{variable} = "))
        })
    })
}
