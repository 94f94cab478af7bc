//! What names of published libraries say about a machine: the table `names.tsv`. Knows nothing of the audited tree.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::need::Need;
use crate::model::GateKind;

/// How many devices a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// So many.
    Fixed(u32),
    /// What the first argument says.
    First,
    /// As many as the test starts processes.
    World,
}

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// True, or not none, where something is there.
    Probe,
    /// True where something is not there.
    Absent,
    /// A number of devices.
    Count,
    /// A whole number, which its detail tells.
    Integer,
    /// True where a module is there, which its first argument names.
    Module,
    /// The name of the default device.
    Device,
    /// A decorator that skips where something is missing.
    Decorator,
    /// A decorator that skips where something is there.
    Avoid,
    /// A decorator that skips on the devices that its arguments name, or on all others.
    AvoidNamed,
    OnlyNamed,
    /// A decorator that skips where its first argument holds, or where it does not.
    Condition,
    Unless,
    /// A decorator that skips.
    Always,
    /// Nothing to do with gates.
    None,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    prefix: &'static str,
    pub(super) role: Role,
    pub(super) kind: GateKind,
    pub(super) detail: Option<&'static str>,
    pub(super) number: Number,
}

impl Row {
    /// What it asks for, with this many devices.
    pub(super) fn need(&self, least: Option<u32>) -> Need {
        Need { detail: self.detail.map(str::to_owned), ..Need::devices(self.kind, least) }
    }

    /// What it asks for, where the number is fixed.
    pub(super) fn own_need(&self) -> Need {
        match self.number {
            Number::Fixed(least) => self.need(Some(least)),
            Number::First | Number::World => self.need(None),
        }
    }
}

/// Rows by the last part of their names.
static ROWS: LazyLock<FxHashMap<&str, Vec<Row>>> = LazyLock::new(|| {
    let mut rows: FxHashMap<&str, Vec<Row>> = FxHashMap::default();
    for line in include_str!("names.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        let (name, role, kind, detail, number) = (column(), column(), column(), column(), column());
        let (prefix, last) = name.rsplit_once('.').expect("a test reads the whole table");
        let role = role_of(role).expect("a test reads the whole table");
        let kind = GateKind::from_name(kind).unwrap_or(GateKind::Condition);
        let number = match number {
            "first" => Number::First,
            "world" => Number::World,
            number => Number::Fixed(number.parse().unwrap_or(1)),
        };
        let detail = Some(detail).filter(|detail| !detail.is_empty());
        rows.entry(last).or_default().push(Row { prefix, role, kind, detail, number });
    }
    rows
});

fn role_of(name: &str) -> Option<Role> {
    Some(match name {
        "probe" => Role::Probe,
        "absent" => Role::Absent,
        "count" => Role::Count,
        "integer" => Role::Integer,
        "module" => Role::Module,
        "device" => Role::Device,
        "decorator" => Role::Decorator,
        "avoid" => Role::Avoid,
        "avoid-named" => Role::AvoidNamed,
        "only-named" => Role::OnlyNamed,
        "condition" => Role::Condition,
        "unless" => Role::Unless,
        "always" => Role::Always,
        "none" => Role::None,
        _ => return None,
    })
}

/// What is known of a dotted name.
pub(super) fn row(dotted: &str) -> Option<&'static Row> {
    let (prefix, last) = dotted.rsplit_once('.')?;
    ROWS.get(last)?.iter().find(|row| match row.prefix.split_once(".**") {
        None => row.prefix == prefix,
        Some((before, behind)) => {
            let inner = prefix.strip_prefix(before).filter(|inner| inner.is_empty() || inner.starts_with('.'));
            inner.is_some_and(|inner| inner.ends_with(behind))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_found_and_its_kind_is_known() {
        let text = include_str!("names.tsv");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let name = columns[0].replace(".**", ".some.module");
            let row = row(&name).unwrap_or_else(|| panic!("{line}"));
            let has_kind = matches!(row.role, Role::Probe | Role::Absent | Role::Count | Role::Decorator | Role::Avoid);
            assert_eq!(columns.get(2).copied().and_then(GateKind::from_name).is_some(), has_kind, "{line}");
        }
    }

    #[test]
    fn a_name_is_found_behind_any_modules_of_its_package_and_nowhere_else() {
        let found = row("torch.testing._internal.common_distributed.skip_if_lt_x_gpu").unwrap();
        assert_eq!((found.kind, found.number), (GateKind::Cuda, Number::First));
        assert!(row("torch.testing._internalx.skip_if_lt_x_gpu").is_none());
        assert!(row("mine.skip_if_lt_x_gpu").is_none());
        assert_eq!(row("jax._src.test_util.skip_on_devices").map(|row| row.role), Some(Role::AvoidNamed));
        assert!(row("torch.cuda").is_none());
    }
}
