//! A PNG file's bytes as an inline image of iTerm2: <https://iterm2.com/documentation-images.html>.
//!
//! One sequence, `ESC ] 1337 ; File = arguments : base64 BEL`, that fits the picture into a box of cells without
//! distorting it.

use std::io::{Read, Write};

use super::terminal::Carrier;
use super::{Failure, Pieces};
use crate::error::{Error, Result};

/// The longest sequence that tmux passes on (`INPUT_BUF_DEFAULT_SIZE` of its `input.c`), less its head.
const TMUX_MOST_BYTES: u64 = (1 << 20) - 1024;

/// Refuses a file that would not get through.
///
/// # Errors
/// A usage error where the sequence is longer than what lies between passes on.
pub(super) fn check(len_bytes: u64, carrier: Carrier) -> Result<()> {
    if carrier == Carrier::Tmux && len_bytes.div_ceil(3) * 4 > TMUX_MOST_BYTES {
        return Err(Error::usage("tmux passes on no picture of this size")
            .expected(format!("at most {} bytes", TMUX_MOST_BYTES / 4 * 3))
            .found(len_bytes.to_string())
            .hint("use --show=blocks, or a smaller --width and --height"));
    }
    Ok(())
}

/// Writes the picture and ends its last line.
pub(super) fn write<R: Read>(
    pieces: &mut Pieces<R>,
    len_bytes: u64,
    (columns, rows): (u32, u32),
    carrier: Carrier,
    out: &mut dyn Write,
) -> std::result::Result<(), Failure> {
    // Within tmux's passthrough every escape is doubled: https://github.com/tmux/tmux/wiki/FAQ
    let (begin, end) = match carrier {
        Carrier::Tmux => ("\x1bPtmux;\x1b", "\x1b\\"),
        Carrier::Direct | Carrier::Screen => ("", ""),
    };
    let arguments = format!("inline=1;size={len_bytes};width={columns};height={rows};preserveAspectRatio=1");
    write!(out, "{begin}\x1b]1337;File={arguments}:").map_err(Failure::Write)?;
    while let Some(piece) = pieces.next() {
        let (text, _) = piece.map_err(Failure::Read)?;
        out.write_all(text.as_bytes()).map_err(Failure::Write)?;
    }
    writeln!(out, "\x07{end}").map_err(Failure::Write)
}
