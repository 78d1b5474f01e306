//! `--show`: where the picture goes that is shown, and when it can be.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use pointillist::Error;
use pointillist::litter::Litter;
use pointillist::output::Destination;
use pointillist::preview::terminal::{Carrier, Protocol, Variables, carrier, detect, ink};
use pointillist::preview::{Screen, show};

/// What `plot` and `shade` have for it.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct ShowArgs {
    /// Show the picture in the terminal, on standard output: auto takes what the terminal can by its environment variables;
    /// without -o the picture is kept nowhere
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "auto",
        help_heading = "Outputs")]
    show: Option<How>,
}

/// How a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum How {
    /// The best that is sure to work; half blocks within tmux and screen
    Auto,
    /// The graphics protocol of kitty, Ghostty and Konsole
    Kitty,
    /// Inline images of iTerm2, WezTerm and mintty
    Iterm,
    /// Sixels: foot, mlterm, contour, xterm -ti vt340
    Sixel,
    /// Half blocks in colour, everywhere
    Blocks,
}

/// Refuses to write bytes that are no text to a screen; `option` has `output` as its value.
///
/// # Errors
/// A usage error.
pub(super) fn refuse_screen(option: &str, output: Option<&str>) -> Result<(), Error> {
    if output != Some("-") || !std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Error::usage(format!("{option} - would write binary data to the terminal"))
        .hint("redirect it, like > FILE, name a file, or see the picture with --show"))
}

/// Where a picture goes, and how it is shown when it is there.
#[derive(Debug)]
pub(super) struct Target {
    destination: Destination,
    name: String,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    path: PathBuf,
    protocol: Protocol,
    carrier: Carrier,
    /// Gone when dropped; nothing where the picture is kept.
    _temporary: Option<(tempfile::TempDir, Litter)>,
}

impl Target {
    /// What `-o` and `--show` come to; `others` are the other outputs.
    ///
    /// # Errors
    /// A usage error where the picture cannot be shown: standard output is taken or no terminal, the output is no file, or
    /// the way is one that screen does not let through.
    pub(super) fn new(output: Option<&str>, args: ShowArgs, others: &[Option<&str>]) -> Result<Self, Error> {
        let Some(how) = args.show else {
            let output =
                output.ok_or_else(|| Error::usage("there is no output").hint("name one with -o, or use --show"))?;
            return Ok(Self { destination: Destination::from_text(output), name: output.to_owned(), shown: None });
        };
        if others.iter().chain([&output]).any(|output| *output == Some("-")) {
            return Err(Error::usage("--show and another output both need standard output").hint("name a file"));
        }
        let variables: Variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        if how == How::Auto && !std::io::stdout().is_terminal() {
            return Err(Error::usage("--show needs a terminal, and standard output is none")
                .hint("name the way, like --show=blocks, to write it all the same"));
        }
        let protocol = match how {
            How::Auto => detect(&variables),
            How::Kitty => Protocol::Kitty,
            How::Iterm => Protocol::Iterm,
            How::Sixel => Protocol::Sixel,
            How::Blocks => Protocol::Blocks(ink(&variables)),
        };
        let carrier = carrier(&variables);
        if carrier == Carrier::Screen && !matches!(protocol, Protocol::Blocks(_)) {
            return Err(Error::usage("screen lets no pictures through").hint("use --show=blocks"));
        }
        let shown = |path: PathBuf, temporary| Some(Shown { path, protocol, carrier, _temporary: temporary });
        if let Some(output) = output {
            let path = PathBuf::from(output);
            if std::fs::metadata(&path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
                return Err(Error::usage("--show reads the picture back, and the output is no file")
                    .in_file(output)
                    .hint("leave out -o, or name a file"));
            }
            let destination = Destination::from_text(output);
            return Ok(Self { destination, name: output.to_owned(), shown: shown(path, None) });
        }
        let folder = tempfile::tempdir().map_err(|source| {
            Error::output("no temporary folder can be made").hint("name a file with -o").because(source)
        })?;
        let litter = Litter::mark(folder.path());
        let path = folder.path().join("preview.png");
        let destination = Destination::Path(path.clone());
        Ok(Self { destination, name: "shown".to_owned(), shown: shown(path, Some((folder, litter))) })
    }

    /// Where the picture is written.
    pub(super) fn destination(&self) -> Destination {
        self.destination.clone()
    }

    /// Whether the picture is to be seen in the terminal.
    pub(super) fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// What the closing line calls it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Shows the picture, if that was asked for.
    ///
    /// # Errors
    /// When it cannot be read back or written; a reader that went away is none.
    pub(super) fn show(&self) -> Result<(), Error> {
        let Some(Shown { path, protocol, carrier, .. }) = &self.shown else { return Ok(()) };
        let mut out = Quiet(std::io::BufWriter::new(std::io::stdout().lock()));
        show(path, *protocol, *carrier, screen(), &mut out)
    }
}

/// The size of the terminal, that of `COLUMNS` and `LINES` where there is none, or 80 x 24.
fn screen() -> Screen {
    let variable =
        |name| std::env::var(name).ok().and_then(|value| value.parse::<u32>().ok()).filter(|cells| *cells > 0);
    let size = terminal_size::terminal_size().map(|(width, height)| (u32::from(width.0), u32::from(height.0)));
    // Some lines say 0 x 0 when they do not know.
    let (columns, rows) = size.filter(|(columns, rows)| *columns > 0 && *rows > 0).unzip();
    let or = |size: Option<u32>, name, default| size.or_else(|| variable(name)).unwrap_or(default);
    Screen::of(or(columns, "COLUMNS", 80), or(rows, "LINES", 24))
}

/// Takes everything once the reader went away: it wants nothing more, and that is no failure.
struct Quiet<W>(W);

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}
