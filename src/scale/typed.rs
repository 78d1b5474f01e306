//! A value as it was typed, found on an axis: numbers, or times where the axis is one of times.

use super::{Domain, Kind, Moment, Scale};
use crate::error::{Error, Result};

/// No integer column lies beyond this, and differences from it stay in i128.
const LARGEST_INTEGER: i128 = 1 << 100;

impl Scale {
    /// Where a typed value lies: 0 at the start of the axis, 1 at its end, outside of that beyond the limits.
    ///
    /// On an axis of times it is ISO 8601, or an integer of the column's own steps (one that is no year and no date, as
    /// limits are read). Integers and times are subtracted before anything is rounded.
    ///
    /// # Errors
    /// A usage error for what is no value of such an axis: a text that is no number (or no time), one that is not finite,
    /// one that is not positive on a log axis.
    pub fn fraction_from_text(&self, text: &str) -> Result<f64> {
        let text = text.trim();
        if let (Some(calendar), Domain::Int { lo, hi }) = (self.calendar(), self.domain()) {
            let step_ns = i128::from(calendar.unit.nanoseconds());
            return match (Moment::parse(text), text.parse::<i64>()) {
                (Ok(moment), _) => {
                    let (from, range) = (moment.ns(calendar) - lo * step_ns, (hi - lo) * step_ns);
                    Ok(self.directed(from as f64 / range as f64))
                }
                (Err(_), Ok(steps)) if text.len() > 4 => Ok(self.fraction_from_integer(i128::from(steps))),
                _ => Err(Error::usage("the value is no time")
                    .expected("a date or time, like 2024-02-29 or 2024-03-01T12:30:00")
                    .found(format!("'{text}'"))),
            };
        }
        if let Some(integer) = text.parse::<i128>().ok().filter(|integer| integer.abs() <= LARGEST_INTEGER)
            && matches!(self.domain(), Domain::Int { .. })
        {
            return Ok(self.fraction_from_integer(integer));
        }
        let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            let error = Error::usage("the value is no number").expected("a number").found(format!("'{text}'"));
            let is_time = Moment::parse(text).is_ok();
            return Err(if is_time { error.hint("the axis has numbers, no times") } else { error });
        };
        if self.kind() == Kind::Log && number <= 0.0 {
            return Err(Error::usage("nothing of a log axis lies there").expected("a number above 0").found(text));
        }
        Ok(self.fraction_from_data(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::chunk::TimeUnit;
    use crate::scale::Calendar;

    #[test]
    fn values_lie_where_their_numbers_do() {
        let linear = Scale::linear(10.0, 0.0).unwrap();
        assert_eq!(linear.fraction_from_text(" 2.5 ").unwrap(), 0.75, "reversed");
        assert_eq!(Scale::linear(0.0, 10.0).unwrap().fraction_from_text("-5").unwrap(), -0.5, "outside");
        let log = Scale::log(1.0, 1e4).unwrap();
        assert_eq!(log.fraction_from_text("100").unwrap(), 0.5);
        let large = Scale::integers(1 << 60, (1 << 60) + 8).unwrap();
        assert_eq!(large.fraction_from_text(&((1_i128 << 60) + 3).to_string()).unwrap(), 0.375, "no float has it");
    }

    #[test]
    fn times_lie_where_their_clock_says() {
        let calendar = Calendar { unit: TimeUnit::Second, zone: Some("Europe/Berlin".to_owned()) };
        // 2024-03-31, a day of 23 hours, from its midnight on.
        let midnight = 1_711_839_600;
        let scale = Scale::time(midnight, midnight + 23 * 3600, calendar).unwrap();
        let fraction = |text: &str| scale.fraction_from_text(text).unwrap();
        assert_eq!((fraction("2024-03-31"), fraction("2024-04-01")), (0.0, 1.0));
        assert!((fraction("2024-03-31T12:00") - 11.0 / 23.0).abs() < 1e-15);
        assert_eq!(fraction("2024-03-31T10:00:00Z"), fraction("2024-03-31T12:00"));
        assert_eq!(fraction(&midnight.to_string()), 0.0, "steps of the column");
    }

    #[test]
    fn what_is_no_value_of_the_axis_is_refused() {
        let log = Scale::log(1.0, 10.0).unwrap();
        let time = Scale::time(0, 10, Calendar { unit: TimeUnit::Day, zone: None }).unwrap();
        for (scale, text, says) in [
            (&log, "0", "above 0"),
            (&log, "nan", "no number"),
            (&log, "inf", "no number"),
            (&log, "2024-02-29", "no times"),
            (&log, "", "no number"),
            (&time, "1.5", "no time"),
            (&time, "12", "no time"),
            (&time, "soon", "no time"),
        ] {
            let error = scale.fraction_from_text(text).unwrap_err();
            assert!(error.to_string().contains(says), "{text}: {error}");
            assert_eq!(error.kind().exit_code(), 2);
        }
    }
}
