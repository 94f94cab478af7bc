//! What has to be so for a condition to hold: needs, joined by "and" and "or". Knows no names.

use crate::model::{Confidence, GateKind};

/// Something that has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) kind: GateKind,
    /// The fewest devices, where that is known.
    pub(super) least: Option<u32>,
    pub(super) detail: Option<String>,
    pub(super) confidence: Confidence,
}

impl Need {
    /// One device of a kind.
    pub(super) fn device(kind: GateKind) -> Self {
        Self::devices(kind, Some(1))
    }

    /// So many devices of a kind.
    pub(super) fn devices(kind: GateKind, least: Option<u32>) -> Self {
        Self { kind, least: least.filter(|_| kind.needs_device()), detail: None, confidence: Confidence::High }
    }

    /// Something that is told by a text.
    pub(super) fn of(kind: GateKind, detail: impl Into<String>) -> Self {
        Self { kind, least: None, detail: Some(detail.into()), confidence: Confidence::High }
    }

    fn is_about(&self, other: &Self) -> bool {
        self.kind == other.kind && (self.kind.is_device() || self.detail == other.detail)
    }
}

/// What has to be so for a condition to have a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Holds {
    /// Whether it has that value always, or never.
    pub(super) certain: Option<bool>,
    /// What has to be there.
    pub(super) needs: Vec<Need>,
    /// Whether something else decides, which is not known.
    pub(super) unknown: bool,
}

impl Holds {
    pub(super) fn unknown() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    pub(super) fn certain(holds: bool) -> Self {
        Self { certain: Some(holds), ..Self::default() }
    }

    pub(super) fn needs(need: Need) -> Self {
        Self { needs: vec![need], ..Self::default() }
    }

    pub(super) fn is_never(&self) -> bool {
        self.certain == Some(false)
    }

    /// Holds where all of these do.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self::certain(true);
        for part in parts {
            if part.is_never() {
                return part;
            }
            joined.unknown |= part.unknown;
            if part.certain != Some(true) {
                joined.certain = None;
            }
            for need in part.needs {
                match joined.needs.iter_mut().find(|known| known.is_about(&need)) {
                    Some(known) => {
                        known.least = known.least.max(need.least);
                        known.confidence = known.confidence.min(need.confidence);
                    }
                    None => joined.needs.push(need),
                }
            }
        }
        joined
    }

    /// Holds where any of these does: what all of them need, and the fewest devices.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = parts.into_iter().filter(|part| !part.is_never()).collect();
        if let Some(always) = parts.iter().position(|part| part.certain == Some(true)) {
            return parts.swap_remove(always);
        }
        let Some((first, others)) = parts.split_first() else { return Self::certain(false) };
        if others.iter().all(|other| other == first) {
            return first.clone();
        }
        let mut needs: Vec<Need> = Vec::new();
        for need in &first.needs {
            let same: Option<Vec<&Need>> =
                others.iter().map(|other| other.needs.iter().find(|known| known.is_about(need))).collect();
            if let Some(same) = same {
                let least = same.iter().fold(need.least, |least, known| least.min(known.least));
                let confidence = same.iter().map(|known| known.confidence).max().unwrap_or(need.confidence);
                needs.push(Need { least, confidence: confidence.max(need.confidence), ..need.clone() });
            }
        }
        let has_device = |part: &Self| part.needs.iter().any(|need| need.kind.needs_device());
        if !needs.iter().any(|need| need.kind.needs_device()) && parts.iter().all(has_device) {
            needs.push(any_device(&parts));
        }
        if needs.is_empty() {
            needs.extend(joined(&parts));
        }
        let lost = parts.iter().any(|part| part.unknown || part.needs.len() > needs.len());
        Self { certain: None, unknown: lost && needs.is_empty() || parts.iter().any(|part| part.unknown), needs }
    }
}

/// One need for alternatives that each need one thing of the same kind: either of two packages.
fn joined(parts: &[Holds]) -> Option<Need> {
    let each: Option<Vec<&Need>> = parts
        .iter()
        .map(|part| match part.needs.as_slice() {
            [only] if !part.unknown => Some(only),
            _ => None,
        })
        .collect();
    let each = each?;
    let first = each.first()?;
    // Not there, or not even built: a device is absent.
    let absent = each.iter().find(|need| need.kind == GateKind::NoDevice);
    let is_absent = |need: &&Need, device: &str| match need.kind {
        GateKind::NoDevice => need.detail.as_deref() == Some(device),
        GateKind::BuildFeature => need.detail.as_deref().and_then(|own| own.strip_prefix("no ")) == Some(device),
        _ => false,
    };
    if let Some((need, device)) = absent.and_then(|need| Some((need, need.detail.as_deref()?)))
        && each.iter().all(|need| is_absent(need, device))
    {
        return Some((*need).clone());
    }
    let is_joined = |need: &&&Need| {
        let detail = need.detail.as_deref().unwrap_or_default();
        need.kind == first.kind && !detail.is_empty() && !detail.starts_with("not ") && !detail.starts_with("no ")
    };
    if each.iter().filter(is_joined).count() < each.len() {
        return None;
    }
    let details: Vec<&str> = each.iter().filter_map(|need| need.detail.as_deref()).collect();
    let confidence = each.iter().map(|need| need.confidence).max()?;
    Some(Need { detail: Some(details.join(" or ")), confidence, ..(*first).clone() })
}

/// Any of the devices of these alternatives.
fn any_device(parts: &[Holds]) -> Need {
    let devices = || parts.iter().flat_map(|part| &part.needs).filter(|need| need.kind.needs_device());
    let mut names: Vec<&str> = devices().map(|need| need.kind.name()).collect();
    names.dedup();
    let least = devices().map(|need| need.least).min().flatten();
    let confidence = devices().map(|need| need.confidence).max().unwrap_or(Confidence::High);
    Need { kind: GateKind::Gpu, least, detail: Some(names.join(" or ")), confidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuda(least: u32) -> Holds {
        Holds::needs(Need::devices(GateKind::Cuda, Some(least)))
    }

    #[test]
    fn all_takes_the_most_devices_and_any_the_fewest() {
        assert_eq!(Holds::all([cuda(1), cuda(4)]).needs[0].least, Some(4));
        assert_eq!(Holds::any([cuda(2), cuda(4)]).needs[0].least, Some(2));
        let xpu = Holds::needs(Need::device(GateKind::Xpu));
        let either = Holds::any([cuda(2), xpu.clone()]);
        assert_eq!((either.needs[0].kind, either.needs[0].least), (GateKind::Gpu, Some(1)));
        assert_eq!(either.needs[0].detail.as_deref(), Some("cuda or xpu"));
        assert_eq!(Holds::all([cuda(1), xpu]).needs.len(), 2);
    }

    #[test]
    fn an_alternative_that_is_not_known_needs_nothing_for_sure_and_one_that_never_holds_is_none() {
        assert_eq!(Holds::any([cuda(1), Holds::unknown()]), Holds::unknown());
        assert_eq!(Holds::any([cuda(1), Holds::certain(false)]), cuda(1));
        assert_eq!(Holds::any([cuda(1), Holds::certain(true)]), Holds::certain(true));
        assert_eq!(Holds::all([cuda(1), Holds::certain(true)]), cuda(1));
        assert!(Holds::all([cuda(1), Holds::certain(false)]).is_never());
        assert!(Holds::all([cuda(1), Holds::unknown()]).unknown);
    }
}
