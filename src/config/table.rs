//! A TOML table read key by key, each error with its place. Owns types, positions and suggestions; refuses to know
//! what any key means.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;

/// A configuration file: its name in messages and its text.
#[derive(Clone, Copy)]
pub(super) struct Document<'d> {
    /// As messages name it.
    pub(super) path: &'d str,
    /// What it holds.
    pub(super) text: &'d str,
}

impl<'d> Document<'d> {
    /// The whole file as a table.
    pub(super) fn parse(self) -> Result<DeTable<'d>, ConfigError> {
        match DeTable::parse(self.text) {
            Ok(table) => Ok(table.into_inner()),
            Err(error) => {
                let message = error.message().replace('\n', ", ");
                Err(self.error(error.span().unwrap_or(0..0), &message))
            }
        }
    }

    /// A reader of the file's top table.
    pub(super) fn table<'t>(self, table: &'t DeTable<'d>) -> Table<'t, 'd> {
        Table { document: self, table, span: 0..0 }
    }

    /// A reader of a value, which must be a table; `name` is what the message calls it.
    pub(super) fn table_of<'t>(
        self,
        value: &'t Spanned<DeValue<'d>>,
        name: &str,
    ) -> Result<Table<'t, 'd>, ConfigError> {
        match value.get_ref().as_table() {
            Some(table) => Ok(Table { document: self, table, span: value.span() }),
            None => Err(self.mismatch(value, name, "a table")),
        }
    }

    fn mismatch(self, value: &Spanned<DeValue<'_>>, name: &str, wanted: &str) -> ConfigError {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.error(value.span(), &format!("`{name}` must be {wanted}, this is {article} {found}"))
    }

    fn error(self, span: Range<usize>, message: &str) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        ConfigError::Content {
            path: self.path.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            message: message.to_owned(),
        }
    }
}

/// One table of a document.
pub(super) struct Table<'t, 'd> {
    document: Document<'d>,
    table: &'t DeTable<'d>,
    span: Range<usize>,
}

impl<'t, 'd> Table<'t, 'd> {
    /// Refuses every other key, with the known one that looks most like it.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ConfigError> {
        let unknown = self.table.keys().filter(|key| !known.contains(&&**key.get_ref()));
        let Some(key) = unknown.min_by_key(|key| key.span().start) else { return Ok(()) };
        let name = key.get_ref();
        let advice = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        let message = format!("unknown key `{name}` in `{}`, {advice}", self.document.path);
        Err(self.document.error(key.span(), &message))
    }

    /// An error at the value of a key, or at the table where the key is absent.
    pub(super) fn error_at(&self, key: &str, message: &str) -> ConfigError {
        self.document.error(self.get(key).map_or(self.span.clone(), Spanned::span), message)
    }

    /// A list of strings.
    pub(super) fn strings(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let string = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.document.mismatch(value, key, "a list of strings")),
        };
        let list = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_array() {
            Some(items) => items.iter().map(string).collect(),
            None => Err(self.document.mismatch(value, key, "a list of strings")),
        };
        self.get(key).map(list).transpose()
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        let boolean = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_bool() {
            Some(boolean) => Ok(boolean),
            None => Err(self.document.mismatch(value, key, "`true` or `false`")),
        };
        self.get(key).map(boolean).transpose()
    }

    /// A number of bytes.
    pub(super) fn size(&self, key: &str) -> Result<Option<u64>, ConfigError> {
        let size = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_integer() {
            Some(integer) => u64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| {
                let message = format!("`{key}` must be a number of bytes from 0 to {}", u64::MAX);
                self.document.error(value.span(), &message)
            }),
            None => Err(self.document.mismatch(value, key, "a number of bytes")),
        };
        self.get(key).map(size).transpose()
    }

    /// A share between 0 and 1, in ten-thousandths.
    pub(super) fn share(&self, key: &str) -> Result<Option<u32>, ConfigError> {
        let share = |value: &Spanned<DeValue<'_>>| {
            let text = match value.get_ref() {
                DeValue::Float(float) => float.as_str().to_owned(),
                DeValue::Integer(integer) => integer.as_str().to_owned(),
                _ => return Err(self.document.mismatch(value, key, "a share between 0 and 1")),
            };
            match text.replace('_', "").parse::<f64>() {
                Ok(share) if (0.0..=1.0).contains(&share) => Ok((share * 1e4).round() as u32),
                _ => {
                    let message = format!("`{key}` must be a share between 0 and 1, as 0.85 for 85 %");
                    Err(self.document.error(value.span(), &message))
                }
            }
        };
        self.get(key).map(share).transpose()
    }

    /// A number that is not negative, in hundredths.
    pub(super) fn hundredths(&self, key: &str) -> Result<Option<u32>, ConfigError> {
        const MAX: f64 = 1_000_000.0;
        let number = |value: &Spanned<DeValue<'_>>| {
            let own = value.get_ref();
            let integer = own.as_integer().map(|integer| integer.as_str());
            let Some(text) = integer.or(own.as_float().map(|float| float.as_str())) else {
                return Err(self.document.mismatch(value, key, "a number"));
            };
            let number = text.replace('_', "").parse::<f64>().ok().filter(|number| (0.0..=MAX).contains(number));
            let Some(number) = number else {
                return Err(self.document.error(value.span(), &format!("`{key}` must be a number from 0 to {MAX}")));
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to a million")]
            Ok((number * 100.0).round() as u32)
        };
        self.get(key).map(number).transpose()
    }

    /// A string that must be there.
    pub(super) fn required(&self, key: &str) -> Result<String, ConfigError> {
        let missing = || self.document.error(self.span.clone(), &format!("`{key}` is missing here"));
        self.string(key)?.ok_or_else(missing)
    }

    /// A string.
    pub(super) fn string(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let string = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.document.mismatch(value, key, "a string")),
        };
        self.get(key).map(string).transpose()
    }

    /// The keys, in the order of the file.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        keys.into_iter().map(|key| key.get_ref().to_string()).collect()
    }

    /// A table below this one.
    pub(super) fn table(&self, key: &str) -> Result<Option<Table<'t, 'd>>, ConfigError> {
        self.get(key).map(|value| self.document.table_of(value, key)).transpose()
    }

    /// The tables of a list, `[[key]]`.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<Table<'t, 'd>>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref().as_array() {
            Some(items) => items.iter().map(|item| self.document.table_of(item, key)).collect(),
            None => Err(self.document.mismatch(value, key, "a list of tables")),
        }
    }

    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'d>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }
}

/// The known key that a misspelt one was meant to be, when one is near enough for that.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance =
        |key: &str| strsim::damerau_levenshtein(&name.to_lowercase().replace('_', "-"), &key.replace('_', "-"));
    let (distance, key) = known.iter().map(|key| (distance(key), *key)).min()?;
    (distance <= key.len().div_ceil(3)).then_some(key)
}
