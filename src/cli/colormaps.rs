//! `pointillist colormaps`.

use clap::Args as ClapArgs;
use pointillist::colormaps;
use pointillist::output::Destination;

use super::options::ThemeName;
use super::{preview, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Maps to list or draw: names, or stops like "white,orange 30%,#800000" (default: all)
    #[arg(value_name = "MAP")]
    maps: Vec<String>,
    /// Draw them into this PNG ("-" is standard output) instead of listing their names
    #[arg(short, long, value_name = "PNG")]
    output: Option<String>,
    /// Colours of the sheet
    #[arg(long, value_enum, default_value_t = ThemeName::Light)]
    theme: ThemeName,
}

/// The sheet's texts have their usual size.
const DPI: f64 = 100.0;

/// Lists or draws.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    match &args.output {
        None => terminal::print_lines(&colormaps::list(&args.maps)?)?,
        Some(output) => {
            preview::refuse_screen("-o", Some(output))?;
            colormaps::draw(&args.maps, args.theme.into(), DPI, &Destination::from_text(output))?;
        }
    }
    Ok(())
}
