//! Options that say how much an input may ask for.

use clap::Args as ClapArgs;
use pointillist::Error;
use pointillist::source::budget::{Budgets, Limit};

use super::value;

/// The limits of the input.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Limits of the input")]
pub(super) struct BudgetArgs {
    /// A Parquet page, or what else of a file has to be held at once, decompressed (default: 64MiB)
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, requires = "inputs")]
    max_page: Option<u64>,
    /// A header or footer (default: 64MiB)
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, requires = "inputs")]
    max_header: Option<u64>,
    /// The header of a NumPy array (default: 64KiB)
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, requires = "inputs")]
    max_npy_header: Option<u64>,
    /// A line of text or a JSON object (default: 2M)
    #[arg(long, value_name = "BYTES", value_parser = value::bytes, requires = "inputs")]
    max_line: Option<u64>,
    /// Columns of an input (default: 100k)
    #[arg(long, value_name = "N", value_parser = value::count, requires = "inputs")]
    max_columns: Option<u64>,
    /// Decompressed bytes for each compressed one, beyond 64 MiB of them (default: 1000)
    #[arg(long, value_name = "N", value_parser = value::count, requires = "inputs")]
    max_ratio: Option<u64>,
    /// Levels of values within values, of JSON and schemas (default: 64)
    #[arg(long, value_name = "N", value_parser = value::count, requires = "inputs")]
    max_nesting: Option<u64>,
}

impl BudgetArgs {
    /// The budgets that are typed, and the usual ones beside them.
    ///
    /// # Errors
    /// A usage error for one that makes no sense.
    pub(super) fn budgets(&self) -> Result<Budgets, Error> {
        let typed = Limit::ALL.into_iter().filter_map(|limit| Some((limit, self.of(limit)?)));
        typed.into_iter().try_fold(Budgets::default(), |budgets, (limit, value)| budgets.with(limit, value))
    }

    fn of(&self, limit: Limit) -> Option<u64> {
        match limit {
            Limit::Page => self.max_page,
            Limit::Header => self.max_header,
            Limit::NpyHeader => self.max_npy_header,
            Limit::Line => self.max_line,
            Limit::Columns => self.max_columns,
            Limit::Ratio => self.max_ratio,
            Limit::Nesting => self.max_nesting,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Typed {
        inputs: Vec<String>,
        #[command(flatten)]
        budgets: BudgetArgs,
    }

    #[test]
    fn each_flag_sets_its_own_budget() {
        for limit in Limit::ALL {
            let typed = Typed::try_parse_from(["t", "a.csv", limit.flag(), "200"]);
            let budgets = typed.unwrap().budgets.budgets();
            let is_small = limit.default_value() > 10_000 && limit != Limit::Columns;
            match budgets {
                Ok(budgets) => assert_eq!(budgets, Budgets::default().with(limit, 200).unwrap(), "{limit:?}"),
                Err(error) => assert!(is_small && error.to_string().contains(limit.flag()), "{error}"),
            }
        }
    }
}
