//! What one definition leads to: functions that it calls or passes on, methods of its receiver, decorators. Follows names,
//! and goes no further than one step.

use std::rc::Rc;

use super::{
    classes::Class,
    index::Index,
    names::{Entity, Names, Place},
    reach::{display_name, is_function},
};
use crate::model::{DefinitionId, DefinitionKind, SignalKind, body::Use};

/// Where a definition leads.
#[derive(Clone)]
pub(super) struct Lead<'w> {
    to: Target<'w>,
    /// 1-based line of the use.
    pub(super) line: u32,
    /// Byte offset of it.
    pub(super) offset: u32,
}

#[derive(Clone)]
enum Target<'w> {
    Place(Place<'w>),
    /// A method of the receiver, which the class of the test decides.
    Method(String),
    /// A method of a base of this class.
    Super(Place<'w>, String),
    Decorator(Place<'w>),
}

impl<'w> Lead<'w> {
    /// The function that it leads to in a test of these classes, and its name.
    pub(super) fn target(&self, classes: &[Rc<Class<'w>>]) -> Option<(Place<'w>, String)> {
        let place = match &self.to {
            Target::Place(place) | Target::Decorator(place) => *place,
            Target::Method(name) => {
                classes.iter().find_map(|class| class.mro.iter().find_map(|of| method(*of, name)))?
            }
            Target::Super(class, name) => {
                let order = classes.iter().find_map(|collected| {
                    let at = collected.mro.iter().position(|place| place == class)?;
                    Some(&collected.mro[at + 1..])
                })?;
                order.iter().find_map(|of| method(*of, name))?
            }
        };
        Some((place, display_name(place)))
    }

    pub(super) fn is_decorator(&self) -> bool {
        matches!(self.to, Target::Decorator(_))
    }
}

/// The method of a name directly in a class.
fn method<'w>(class: Place<'w>, name: &str) -> Option<Place<'w>> {
    let id = class.module.index().method(class.id, name)?;
    Some(Place { module: class.module, id }).filter(|place| is_function(*place))
}

/// Whether a method runs the one that it overrides.
pub(super) fn runs_base(index: &Index<'_>, id: DefinitionId) -> bool {
    let definition = index.definition(id);
    let is_super = |own: &Use| {
        let called = own.name.strip_prefix("builtins.super()");
        called.and_then(|rest| rest.strip_prefix('.')) == Some(definition.name.as_str())
    };
    index.owns(id, SignalKind::SetupSuper)
        || definition.body.as_ref().is_some_and(|body| body.uses.iter().any(is_super))
}

/// The definitions of the same file that carry signals and are used.
pub(super) fn by_references(place: Place<'_>) -> Vec<Lead<'_>> {
    let Place { module, id } = place;
    let references = module.index().uses(id).iter().map(|at| &module.facts.references[*at]);
    let lead = |reference: &crate::model::fact::Reference| Lead {
        to: Target::Place(Place { module, id: reference.target }),
        line: reference.line,
        offset: reference.offset,
    };
    references.map(lead).collect()
}

/// What the body of a function uses, and what of the tree decorates it.
pub(super) fn by_uses<'w>(names: &Names<'_, 'w>, place: Place<'w>) -> Vec<Lead<'w>> {
    let definition = place.definition();
    let mut found = Vec::new();
    if definition.kind == DefinitionKind::Function {
        for own in definition.body.iter().flat_map(|body| &body.uses) {
            let lead = |to| Lead { to, line: own.line, offset: own.offset };
            found.extend(target(names, place, own).map(lead));
            found.extend(entered(names, place, &own.name).map(|to| lead(Target::Place(to))));
        }
    }
    let decorators = decorators(names, place).into_iter().map(|(of, _)| Lead {
        to: Target::Decorator(of),
        line: definition.span.line,
        offset: definition.span.start,
    });
    found.extend(decorators);
    found
}

/// The functions of the tree that decorate a definition, with their names.
pub(super) fn decorators<'w>(names: &Names<'_, 'w>, place: Place<'w>) -> Vec<(Place<'w>, String)> {
    let found = place.definition().decorators.iter().filter_map(|decorator| {
        let stem = super::names::stem(&decorator.name);
        let of = function(names, place, stem)?;
        Some((of, display_name(of)))
    });
    found.collect()
}

fn target<'w>(names: &Names<'_, 'w>, place: Place<'w>, own: &Use) -> Option<Target<'w>> {
    if let Some(rest) = own.name.strip_prefix("?.") {
        let is_receiver = own.root.as_deref().is_some_and(|root| receiver(place, root).is_some());
        let name = rest.split(['.', '(']).next().unwrap_or(rest);
        return is_receiver.then(|| Target::Method(name.to_owned()));
    }
    if let Some(rest) = own.name.strip_prefix("builtins.super()") {
        let class = enclosing_class(place)?;
        let name = rest.strip_prefix('.')?.split(['.', '(']).next()?;
        return Some(Target::Super(class, name.to_owned()));
    }
    if let Some((made, rest)) = own.name.split_once("()") {
        // `Helper(…).run`: what makes it is a use of its own.
        let class = class(names, place, made)?;
        let name = rest.strip_prefix('.')?.split(['.', '(']).next()?;
        return method(class, name).map(Target::Place);
    }
    function(names, place, &own.name).map(Target::Place)
}

/// The class whose instance a name is, where it is the receiver of a method around a place.
fn receiver<'w>(place: Place<'w>, root: &str) -> Option<Place<'w>> {
    let facts = &place.module.facts;
    facts.ancestors(Some(place.id)).find_map(|id| {
        let definition = facts.definition(id);
        let class = definition.parent.filter(|parent| facts.definition(*parent).kind == DefinitionKind::Class)?;
        let is_first = definition.parameters.first().is_some_and(|first| first.name == root);
        is_first.then_some(Place { module: place.module, id: class })
    })
}

fn enclosing_class(place: Place<'_>) -> Option<Place<'_>> {
    let facts = &place.module.facts;
    let id = facts.ancestors(Some(place.id)).find(|id| facts.definition(*id).kind == DefinitionKind::Class)?;
    Some(Place { module: place.module, id })
}

/// The function of the tree's tests that a name means; of a class its constructor.
fn function<'w>(names: &Names<'_, 'w>, from: Place<'w>, name: &str) -> Option<Place<'w>> {
    if name.starts_with("builtins.") || name.is_empty() || !names.is_of_tests(from.module, name) {
        return None;
    }
    let Entity::Definition(place) = names.dotted(from.module, name) else { return None };
    match place.definition().kind {
        DefinitionKind::Function => Some(place),
        DefinitionKind::Class => {
            let order = names.classes.class(place);
            ["__init__", "__post_init__"].iter().find_map(|name| order.mro.iter().find_map(|of| method(*of, name)))
        }
    }
}

/// The method of a class of the tests that runs where an instance is entered: a class that has one is made for that.
fn entered<'w>(names: &Names<'_, 'w>, from: Place<'w>, name: &str) -> Option<Place<'w>> {
    let last = name.rsplit('.').next()?;
    if name.starts_with("builtins.") || !last.trim_start_matches([':', '_']).starts_with(char::is_uppercase) {
        return None;
    }
    let order = names.classes.class(class(names, from, name)?);
    ["__enter__", "__aenter__"].iter().find_map(|name| order.mro.iter().find_map(|of| method(*of, name)))
}

fn class<'w>(names: &Names<'_, 'w>, from: Place<'w>, name: &str) -> Option<Place<'w>> {
    if !names.is_of_tests(from.module, name) {
        return None;
    }
    let Entity::Definition(place) = names.dotted(from.module, name) else { return None };
    (place.definition().kind == DefinitionKind::Class).then_some(place)
}
