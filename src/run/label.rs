//! What data sets are called where nobody said so: after their column, their file, or both.

use std::path::Path;

use crate::plan::Label;
use crate::run::job::DataSeries;
use crate::source::stdin::STDIN;

/// The label of each data set; `y` are the names of their y columns. One alone has the label that it was given, if any.
pub(super) fn labels(series: &[DataSeries], y: &[String]) -> Vec<Option<Label>> {
    let files: Vec<String> = series.iter().map(|series| file_name(&series.inputs)).collect();
    let both: Vec<String> = files.iter().zip(y).map(|(file, y)| format!("{file} {y}")).collect();
    let made = [y.to_vec(), files, both.clone()].into_iter().find(|names| {
        // Only names that are used have to differ.
        let used = || names.iter().zip(series).filter(|(_, series)| series.label.is_none()).map(|(name, _)| name);
        used().enumerate().all(|(i, name)| used().skip(i + 1).all(|other| other != name))
    });
    let made: Vec<String> = made.unwrap_or_else(|| {
        let is_alone = |name: &str| both.iter().filter(|other| *other == name).count() == 1;
        let numbered = |(number, name): (usize, &String)| match is_alone(name) {
            true => name.clone(),
            false => format!("{name} ({number})"),
        };
        (1..).zip(&both).map(numbered).collect()
    });
    let label = |(own, made): (&DataSeries, String)| match &own.label {
        // An empty text asks for none.
        Some(text) if text.is_empty() => None,
        Some(text) => Some(Label { text: text.clone(), is_given: true }),
        None => (series.len() > 1).then_some(Label { text: made, is_given: false }),
    };
    series.iter().zip(made).map(label).collect()
}

/// The name of the first input without folder and extension.
fn file_name(inputs: &[String]) -> String {
    let first = inputs.first().map_or("", String::as_str);
    if first == STDIN {
        return "standard input".to_owned();
    }
    let stem = Path::new(first).file_stem().and_then(|stem| stem.to_str());
    stem.unwrap_or(first).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::dataset::Options;
    use crate::spec::Spec;

    fn called(of: &[(&str, &str, Option<&str>)]) -> Vec<Option<String>> {
        let series = |(input, _, label): &(&str, &str, Option<&str>)| DataSeries {
            inputs: vec![(*input).to_owned()],
            options: Options::default(),
            x: "x".to_owned(),
            y: "y".to_owned(),
            label: label.map(str::to_owned),
            spec: Spec::default(),
        };
        let series: Vec<_> = of.iter().map(series).collect();
        let y: Vec<_> = of.iter().map(|(_, y, _)| (*y).to_owned()).collect();
        labels(&series, &y).into_iter().map(|label| label.map(|label| label.text)).collect()
    }

    #[test]
    fn names_are_the_shortest_that_tell_apart() {
        let some = |names: &[&str]| names.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>();
        assert_eq!(called(&[("a.csv", "v", None), ("a.csv", "w", None)]), some(&["v", "w"]));
        assert_eq!(called(&[("data/a.csv", "v", None), ("data/b.csv", "v", None)]), some(&["a", "b"]));
        let mixed = [("a.csv", "v", None), ("a.csv", "w", None), ("b.csv", "v", None)];
        assert_eq!(called(&mixed), some(&["a v", "a w", "b v"]));
        assert_eq!(called(&[("a.csv", "v", None), ("a.csv", "v", None)]), some(&["a v (1)", "a v (2)"]));
        let twice = [("a.csv", "v", None), ("b.csv", "w", None), ("a.csv", "v", None)];
        assert_eq!(called(&twice), some(&["a v (1)", "b w", "a v (3)"]));
        assert_eq!(called(&[("-", "v", None), ("a.csv", "v", None)]), some(&["standard input", "a"]));
        assert_eq!(called(&[("a.csv", "v", None), ("a.csv", "v", Some("model"))]), some(&["v", "model"]));
        assert_eq!(called(&[("a.csv", "v", Some("")), ("b.csv", "w", None)]), [None, Some("w".to_owned())]);
        assert_eq!(called(&[("a.csv", "v", None)]), [None], "one alone needs no name");
        assert_eq!(called(&[("a.csv", "v", Some("it"))]), some(&["it"]));
    }
}
