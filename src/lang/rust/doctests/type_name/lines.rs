//! Where rustc's printer breaks lines (rustc_ast_pretty's `pp`, after Oppen), with all blanks dropped in the end.
//!
//! Refuses to know what is printed.

/// What is printed.
#[derive(Debug)]
pub(super) enum Piece {
    /// Text that is not broken; blanks in it count and are dropped.
    Text(String),
    /// A blank, or a line break.
    Break,
    /// The start of a box, within which lines are indented this much more. It is broken where it must be only.
    Open(usize),
    /// Its end.
    Close,
}

/// Columns of a line.
const MARGIN: usize = 78;
/// What is left of them at least, however deep it is indented.
const LEAST: usize = 60;

/// The text with lines broken as the printer does, without blanks.
pub(super) fn laid_out(pieces: &[Piece]) -> String {
    let sizes = sizes(pieces);
    let mut text = String::new();
    let mut space = MARGIN;
    let mut indent = 0;
    // For each open box, what its lines were indented by outside, where it is broken.
    let mut boxes: Vec<Option<usize>> = Vec::new();
    for (piece, size) in pieces.iter().zip(sizes) {
        match piece {
            Piece::Text(word) => {
                space = space.saturating_sub(word.chars().count());
                text.extend(word.chars().filter(|character| *character != ' '));
            }
            Piece::Break => {
                let broken = boxes.last().is_none_or(Option::is_some);
                if broken && size > space {
                    text.push('\n');
                    space = MARGIN.saturating_sub(indent).max(LEAST);
                } else {
                    space = space.saturating_sub(1);
                }
            }
            Piece::Open(offset) => {
                let broken = size > space;
                boxes.push(broken.then_some(indent));
                if broken {
                    indent += offset;
                }
            }
            Piece::Close => {
                if let Some(Some(outside)) = boxes.pop() {
                    indent = outside;
                }
            }
        }
    }
    text
}

/// How wide each box and each break is: to the first break behind it that is in no box opened since.
fn sizes(pieces: &[Piece]) -> Vec<usize> {
    let mut sizes = vec![0; pieces.len()];
    // Boxes and breaks whose size is not known yet, and ends of boxes.
    let mut waiting: Vec<usize> = Vec::new();
    let mut total = 0;
    let mut resolve = |waiting: &mut Vec<usize>, total: usize, starts: &[usize]| {
        let mut ended = 0;
        while let Some(&last) = waiting.last() {
            match pieces[last] {
                Piece::Open(_) if ended == 0 => return,
                Piece::Open(_) => ended -= 1,
                Piece::Close => ended += 1,
                Piece::Break | Piece::Text(_) => {}
            }
            waiting.pop();
            sizes[last] = total - starts[last];
            if ended == 0 && matches!(pieces[last], Piece::Break) {
                return;
            }
        }
    };
    let mut starts = Vec::with_capacity(pieces.len());
    for (position, piece) in pieces.iter().enumerate() {
        starts.push(total);
        match piece {
            Piece::Text(word) => total += word.chars().count(),
            Piece::Break => {
                resolve(&mut waiting, total, &starts);
                waiting.push(position);
                total += 1;
            }
            Piece::Open(_) | Piece::Close => waiting.push(position),
        }
    }
    // The end of the text is the last break.
    resolve(&mut waiting, total, &starts);
    sizes
}
