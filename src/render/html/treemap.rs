//! Treemaps: areas within the areas of their folders, as near to squares as they can be (Bruls, Huizing and van Wijk,
//! *Squarified Treemaps*, 2000), coloured by what is in them for their size.

use std::collections::BTreeMap;

use super::text::grouped;
use crate::render::document::Treemap;
use crate::views::count;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 460.0;

/// The height of a folder's name.
const STRIP: f64 = 15.0;

/// A folder with less area is drawn as one.
const WHOLE: f64 = 500.0;

/// An area with less is not drawn.
const UNSEEN: f64 = 0.5;

/// Folders are opened so deep.
const DEPTH: usize = 8;

/// About the width of a letter.
const LETTER: f64 = 6.2;

/// How many colours there are.
const COLORS: usize = 5;

/// A treemap, as a template writes it.
pub(super) struct Map {
    pub(super) title: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) areas: Vec<Area>,
    pub(super) legend: String,
    /// Classes of colours, with the words for each.
    pub(super) scale: Vec<(String, String)>,
}

/// A rectangle.
pub(super) struct Area {
    pub(super) class: String,
    pub(super) tooltip: String,
    pub(super) label: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) label_x: String,
    pub(super) label_y: String,
}

/// A folder or a file.
#[derive(Default)]
struct Node {
    size: u64,
    part: u64,
    files: usize,
    below: BTreeMap<String, Node>,
}

#[derive(Clone, Copy)]
struct Rect {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Rect {
    fn area(self) -> f64 {
        self.width * self.height
    }
}

/// A rectangle with what it is of.
struct Placed {
    rect: Rect,
    path: String,
    name: String,
    size: u64,
    part: u64,
    files: usize,
    /// Whether what is in it is drawn too.
    open: bool,
}

impl Map {
    /// The map; of fewer than two files there is none.
    pub(super) fn new(treemap: &Treemap) -> Option<Self> {
        let mut root = Node::default();
        for leaf in treemap.leaves.iter().filter(|leaf| leaf.size > 0) {
            let mut node = &mut root;
            node.add(leaf.size, leaf.part);
            for name in leaf.path.splitn(DEPTH, '/') {
                node = node.below.entry(name.to_owned()).or_default();
                node.add(leaf.size, leaf.part);
            }
        }
        if root.files < 2 {
            return None;
        }
        let mut placed = Vec::new();
        place(&root, "", Rect { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT }, &mut placed);
        let scale = Scale::of(&placed);
        Some(Self {
            title: treemap.title.clone(),
            width: WIDTH as u32,
            height: HEIGHT as u32,
            areas: placed.iter().map(|own| own.area(treemap, &scale)).collect(),
            legend: format!(
                "area stands for {}s, colour for {}s in 100 {}s.",
                treemap.size, treemap.part, treemap.size
            ),
            scale: scale.words(),
        })
    }
}

impl Node {
    fn add(&mut self, size: u64, part: u64) {
        self.size = self.size.saturating_add(size);
        self.part = self.part.saturating_add(part);
        self.files += 1;
    }
}

/// Places what is in a folder. Goes no deeper than paths were split.
fn place(folder: &Node, path: &str, rect: Rect, placed: &mut Vec<Placed>) {
    let mut children: Vec<(String, &Node)> = folder.below.iter().map(|(name, node)| merged(name, node)).collect();
    children.sort_by(|one, other| other.1.size.cmp(&one.1.size).then_with(|| one.0.cmp(&other.0)));
    let sizes: Vec<f64> = children.iter().map(|(_, node)| node.size as f64).collect();
    for ((name, node), rect) in children.into_iter().zip(squarified(&sizes, rect)) {
        if rect.area() < UNSEEN {
            continue;
        }
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let open = !node.below.is_empty() && rect.area() >= WHOLE && rect.height > STRIP * 2.0 && rect.width > STRIP;
        let (size, part, files) = (node.size, node.part, node.files);
        placed.push(Placed { rect, path: path.clone(), name, size, part, files, open });
        if open {
            let inner =
                Rect { y: rect.y + STRIP, x: rect.x + 2.0, width: rect.width - 4.0, height: rect.height - STRIP - 2.0 };
            place(node, &path, inner, placed);
        }
    }
}

/// A folder that holds a single folder is one with it.
fn merged<'n>(name: &str, node: &'n Node) -> (String, &'n Node) {
    let mut name = name.to_owned();
    let mut node = node;
    while let Some((below, only)) = node.below.iter().next().filter(|_| node.below.len() == 1) {
        name = format!("{name}/{below}");
        node = only;
    }
    (name, node)
}

/// A rectangle for each size, from the largest to the smallest, row by row along the shorter side.
fn squarified(sizes: &[f64], rect: Rect) -> Vec<Rect> {
    let total: f64 = sizes.iter().sum();
    let mut rects = Vec::with_capacity(sizes.len());
    let mut left = rect;
    let scale = if total > 0.0 { rect.area().max(0.0) / total } else { 0.0 };
    let mut start = 0;
    while start < sizes.len() {
        let side = left.width.min(left.height);
        let mut end = start + 1;
        let mut sum = sizes[start] * scale;
        let mut worst = worst_ratio(sum, sum, sum, side);
        while end < sizes.len() {
            let more = sum + sizes[end] * scale;
            let ratio = worst_ratio(sizes[start] * scale, sizes[end] * scale, more, side);
            if ratio > worst {
                break;
            }
            (sum, worst) = (more, ratio);
            end += 1;
        }
        let thickness = if side > 0.0 { sum / side } else { 0.0 };
        let mut offset = 0.0;
        for size in &sizes[start..end] {
            let length = if thickness > 0.0 { size * scale / thickness } else { 0.0 };
            rects.push(if left.width >= left.height {
                Rect { x: left.x, y: left.y + offset, width: thickness, height: length }
            } else {
                Rect { x: left.x + offset, y: left.y, width: length, height: thickness }
            });
            offset += length;
        }
        left = if left.width >= left.height {
            Rect { x: left.x + thickness, width: (left.width - thickness).max(0.0), ..left }
        } else {
            Rect { y: left.y + thickness, height: (left.height - thickness).max(0.0), ..left }
        };
        start = end;
    }
    rects
}

/// How far from a square the worst area of a row is.
fn worst_ratio(largest: f64, smallest: f64, sum: f64, side: f64) -> f64 {
    let square = side * side;
    (square * largest / (sum * sum)).max(sum * sum / (square * smallest))
}

/// From which densities on an area has which colour.
struct Scale {
    bounds: Vec<f64>,
}

impl Scale {
    /// As many areas in each colour, as far as they differ.
    fn of(placed: &[Placed]) -> Self {
        let mut densities: Vec<f64> = placed.iter().filter(|own| !own.open).map(Placed::density).collect();
        densities.sort_by(f64::total_cmp);
        let bound = |color| densities.get(densities.len() * color / COLORS).copied();
        // What is shown with one decimal is told apart by one decimal.
        let mut bounds: Vec<f64> = (1..COLORS).filter_map(bound).map(|bound| (bound * 10.0).round() / 10.0).collect();
        bounds.dedup();
        // A colour that nothing has tells nothing.
        bounds.retain(|bound| densities.first().is_some_and(|least| bound > least));
        Self { bounds }
    }

    /// The colours are spread where there are few.
    fn class(&self, density: f64) -> String {
        self.class_of(self.bounds.iter().filter(|bound| density >= **bound).count())
    }

    fn class_of(&self, step: usize) -> String {
        let color = if self.bounds.is_empty() { COLORS / 2 } else { step * (COLORS - 1) / self.bounds.len() };
        format!("d{color}")
    }

    fn words(&self) -> Vec<(String, String)> {
        let mut words = Vec::new();
        for step in 0..=self.bounds.len() {
            let (from, below) = (step.checked_sub(1).map(|at| self.bounds[at]), self.bounds.get(step));
            let text = match (from, below) {
                (None, None) => break,
                (None, Some(below)) => format!("below {below:.1}"),
                (Some(from), Some(below)) => format!("{from:.1} – {below:.1}"),
                (Some(from), None) => format!("{from:.1} and more"),
            };
            words.push((self.class_of(step), text));
        }
        words
    }
}

impl Placed {
    fn density(&self) -> f64 {
        self.part as f64 * 100.0 / self.size as f64
    }

    fn area(&self, treemap: &Treemap, scale: &Scale) -> Area {
        let Rect { x, y, width, height } = self.rect;
        let files = if self.open { format!(", {}", count(self.files, "file")) } else { String::new() };
        let class = if self.open { "folder".to_owned() } else { scale.class(self.density()) };
        Area {
            tooltip: format!(
                "{}: {} {}s, {}{files} ({:.1} in 100)",
                self.path,
                grouped(self.size),
                treemap.size,
                count(self.part, treemap.part),
                self.density()
            ),
            label: label(&self.name, width, height, self.open),
            class,
            x: number(x),
            y: number(y),
            width: number(width),
            height: number(height),
            label_x: number(x + 4.0),
            label_y: number(y + 11.0),
        }
    }
}

/// The name, or as much of it as there is room for.
fn label(name: &str, width: f64, height: f64, folder: bool) -> String {
    let room = ((width - 6.0) / LETTER).max(0.0) as usize;
    if height < STRIP || room < 4 {
        return String::new();
    }
    let shown = if folder { name } else { name.rsplit('/').next().unwrap_or(name) };
    match shown.char_indices().nth(room) {
        None => shown.to_owned(),
        Some(_) => format!("{}…", shown.chars().take(room - 1).collect::<String>()),
    }
}

fn number(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::Leaf;

    fn map(leaves: &[(&str, u64, u64)]) -> Option<Map> {
        let leaf = |(path, size, part): &(&str, u64, u64)| Leaf { path: (*path).to_owned(), size: *size, part: *part };
        Map::new(&Treemap {
            title: "T".to_owned(),
            size: "line",
            part: "test",
            leaves: leaves.iter().map(leaf).collect(),
        })
    }

    #[test]
    fn areas_fill_the_rectangle_in_proportion_and_stay_within_it() {
        let sizes = [500.0, 250.0, 125.0, 125.0];
        let rects = squarified(&sizes, Rect { x: 10.0, y: 20.0, width: 100.0, height: 50.0 });
        for (size, rect) in sizes.iter().zip(&rects) {
            assert!((rect.area() - size * 5.0).abs() < 0.001);
            assert!(rect.x >= 10.0 && rect.y >= 20.0 && rect.x + rect.width < 110.001 && rect.y + rect.height < 70.001);
        }
    }

    #[test]
    fn a_folder_that_holds_a_single_folder_is_one_with_it() {
        let map = map(&[("a/b/one.py", 100, 1), ("a/b/two.py", 100, 9)]).unwrap();
        assert_eq!(map.areas.len(), 3);
        assert_eq!(map.areas[0].label, "a/b");
        assert_eq!(map.areas[0].class, "folder");
        assert_eq!(map.areas[1].tooltip, "a/b/one.py: 100 lines, 1 test (1.0 in 100)");
    }

    #[test]
    fn more_in_less_is_darker() {
        let map = map(&[("a.py", 100, 1), ("b.py", 100, 9)]).unwrap();
        let classes: Vec<_> = map.areas.iter().map(|area| area.class.as_str()).collect();
        assert_eq!(classes, ["d0", "d4"]);
    }

    #[test]
    fn nothing_to_compare_makes_no_map_and_any_path_makes_one() {
        assert!(map(&[]).is_none());
        assert!(map(&[("a.py", 1, 1), ("b.py", 0, 1)]).is_none());
        let deep = "a/".repeat(5000);
        assert!(map(&[(&deep, 1, 0), ("", u64::MAX, 0), ("//", u64::MAX, u64::MAX)]).is_some());
    }
}
