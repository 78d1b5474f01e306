//! The clock that times are shown by.

use clap::Args as ClapArgs;
use pointillist::scale::zone_name;

/// The zone of all times.
#[derive(Debug, ClapArgs)]
pub(super) struct ClockArgs {
    /// Time zone that times are shown in, and that limits without an offset mean: a name like Europe/Berlin, an offset like
    /// +02:00, or UTC (default: the zone of the column)
    ///
    /// Times of a column without a zone are read as UTC, and a line says so; dates stay what they are.
    #[arg(long, value_name = "ZONE", value_parser = zone_name, allow_hyphen_values = true, help_heading = "Figure")]
    tz: Option<String>,
}

impl ClockArgs {
    pub(super) fn time_zone(self) -> Option<String> {
        self.tz
    }
}
