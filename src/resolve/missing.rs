//! Where a test asks for a fixture that nobody defines, and how sure that is.

use super::{collection::Item, fixtures::Closure, names::Place, plugins};
use crate::model::{Region, collected::MissingFixture};

/// The fixtures that a test asks for in vain. `is_supplied` says of which names a hook
/// or a plugin passes values.
pub(super) fn missing(
    item: &Item<'_>,
    closure: &Closure<'_>,
    is_supplied: &dyn Fn(&str) -> bool,
) -> Vec<MissingFixture> {
    let unknown = closure.unknown.iter().filter(|name| !closure.made.contains(name) && !is_supplied(name));
    let found = unknown.filter_map(|name| {
        let (at, by) = requester(item, closure, name)?;
        let plain = |place: Place<'_>| place.definition().is_plain();
        let certain = match by {
            Some(fixture) => plain(fixture),
            None => {
                item.function.is_none_or(plain)
                    && item.classes.iter().all(|class| class.mro.iter().all(|own| plain(*own)))
            }
        };
        let by = by.map(|fixture| fixture.definition().name.clone());
        let provider = plugins::providers(name).next().map(|(plugin, _)| plugin.name);
        Some(MissingFixture { name: name.clone(), at, by, certain, provider })
    });
    found.collect()
}

/// Where a name is asked for, and by which fixture where not by the test.
fn requester<'w>(item: &Item<'w>, closure: &Closure<'w>, name: &str) -> Option<(Region, Option<Place<'w>>)> {
    let by_parameter = |place: Place<'w>| {
        let definition = place.definition();
        let parameter = definition.parameters.iter().find(|parameter| parameter.name == name)?;
        let end = parameter.start + u32::try_from(name.len()).unwrap_or_default();
        let mut at = Region::range(place.module.path(), parameter.line, parameter.start, end);
        at.head = definition.first_line();
        Some(at)
    };
    if let Some(at) = item.function.filter(|_| !item.unittest).and_then(by_parameter) {
        return Some((at, None));
    }
    let mut fixtures = closure.got.iter().map(|got| got.place);
    if let Some((at, place)) = fixtures.find_map(|place| Some((by_parameter(place)?, place))) {
        return Some((at, Some(place)));
    }
    // A mark asks for it.
    let function = item.function?;
    Some((Region::name_of(function.module.path(), function.definition()), None))
}
