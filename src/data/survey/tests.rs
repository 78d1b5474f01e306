//! The survey against a plain loop, and against itself in any grouping.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::data::chunk::Unparsed;

fn asks() -> Vec<Ask> {
    ["x", "n", "c", "b"].map(|name| Ask { name: name.into(), categories: true, values: false }).to_vec()
}

type Row = (f64, i64, u8, bool, u8);

/// Columns of floats, integers, names and bools with a flag for each row.
fn chunk(rows: &[Row], first_row: u64) -> Chunk<'static> {
    let flags: Vec<u8> = rows.iter().map(|row| row.4 & 1).collect();
    let names: Vec<String> = (0..4).map(|name| format!("name {name}")).collect();
    let number = Logical::Number { integer: false };
    let column = |data, logical| Column { data, validity: Some(flags.clone().into()), logical, unparsed: None };
    let mut columns = vec![
        column(Data::F64(rows.iter().map(|row| row.0).collect::<Vec<_>>().into()), number.clone()),
        column(Data::I64(rows.iter().map(|row| row.1).collect::<Vec<_>>().into()), Logical::Number { integer: true }),
        column(
            Data::Dict {
                keys: rows.iter().map(|row| u32::from(row.2 % 4)).collect::<Vec<_>>().into(),
                names: Arc::new(names),
            },
            Logical::Category,
        ),
        column(Data::I64(rows.iter().map(|row| i64::from(row.3)).collect::<Vec<_>>().into()), Logical::Bool),
    ];
    if let Some(bad) = flags.iter().position(|flag| *flag == 0) {
        let row = first_row + bad as u64;
        columns[0].unparsed =
            Some(Unparsed { count: 1, rows: vec![0], row, line: row + 2, text: format!("bad {row}") });
    }
    Chunk::new(Origin { first_row, ..Origin::default() }, rows.len(), columns).unwrap()
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(0.), Just(-0.), Just(f64::NAN), Just(f64::NEG_INFINITY), -3.0..3.0]
}

proptest! {
    #[test]
    fn any_split_merged_in_any_order_is_the_same_survey(
        rows in proptest::collection::vec((float(), any::<i64>(), any::<u8>(), any::<bool>(), any::<u8>()), 1..40),
        cuts in proptest::collection::vec(1usize..12, 1..8),
        turn in 0usize..8,
    ) {
        let mut parts = Vec::new();
        let (mut rest, mut first_row) = (&rows[..], 0);
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (part, after) = rest.split_at((*cut).min(rest.len()));
            parts.push(chunk(part, first_row));
            first_row += part.len() as u64;
            rest = after;
        }
        let mut whole = Survey::new(asks());
        parts.iter().try_for_each(|part| whole.add(part)).unwrap();
        let mut surveys: Vec<Survey> = parts.iter().map(|part| {
            let mut survey = Survey::new(asks());
            survey.add(part).unwrap();
            survey
        }).collect();
        let len = surveys.len();
        surveys.rotate_left(turn % len);
        surveys.reverse();
        // As a balanced tree, not as a chain.
        while surveys.len() > 1 {
            surveys = surveys.chunks(2).map(|pair| {
                let mut first = pair[0].clone();
                pair.get(1).cloned().map_or(Ok(()), |second| first.merge(second)).unwrap();
                first
            }).collect();
        }
        prop_assert_eq!(&surveys[0], &whole);
        let valid: Vec<&Row> = rows.iter().filter(|row| row.4 & 1 == 1).collect();
        let finite = valid.iter().map(|row| row.0).filter(|x| x.is_finite()).fold(None, |extent: Option<(f64, f64)>, x| {
            Some(extent.map_or((x, x), |(lo, hi)| (lo.min(x), hi.max(x))))
        });
        prop_assert_eq!(whole.columns()[0].extent(false).map(Extent::as_f64), finite);
        let trues = valid.iter().filter(|row| row.3).count() as u64;
        prop_assert_eq!(whole.columns()[3].categories().get("true").copied().unwrap_or(0), trues);
        let names: u64 = whole.columns()[2].categories().values().sum();
        prop_assert_eq!(names, valid.len() as u64);
    }
}

#[test]
fn each_column_tells_what_it_holds() {
    let rows = [(1.5, -7, 0, true, 1), (f64::NAN, 3, 1, false, 1), (-2., 0, 2, true, 0), (0., i64::MAX, 1, false, 1)];
    let mut survey = Survey::new(asks());
    survey.add(&chunk(&rows, 10)).unwrap();
    let [x, n, c, b] = survey.columns() else { panic!("four columns") };
    assert_eq!((survey.rows(), x.nulls(), x.unparsed(), n.nulls()), (4, 0, 1, 1));
    let first = FirstUnparsed { input: 0, row: 12, line: 14, text: "bad 12".into() };
    assert_eq!(x.first_unparsed(), Some(&first));
    assert_eq!((x.non_finite(), x.non_positive()), (1, 1));
    assert_eq!(x.extent(false), Some(Extent::F64 { lo: 0., hi: 1.5 }));
    assert_eq!(x.extent(true), Some(Extent::F64 { lo: 1.5, hi: 1.5 }));
    assert_eq!(n.extent(false), Some(Extent::Int { lo: -7, hi: i64::MAX.into() }));
    assert_eq!(n.extent(true), Some(Extent::Int { lo: 3, hi: i64::MAX.into() }));
    assert_eq!(c.extent(false), None);
    assert_eq!(
        c.categories().iter().map(|(name, &count)| (name.as_str(), count)).collect::<Vec<_>>(),
        [("name 0", 1), ("name 1", 2)]
    );
    assert_eq!(
        b.categories().iter().map(|(name, &count)| (name.as_str(), count)).collect::<Vec<_>>(),
        [("false", 2), ("true", 1)]
    );
}

#[test]
fn categories_have_a_limit_that_names_the_column() {
    let mut survey = Survey::new([Ask { name: "id".into(), categories: true, values: false }]);
    let names: Vec<String> = (0..=MAX_CATEGORIES).map(|name| name.to_string()).collect();
    let keys: Vec<u32> = (0..names.len() as u32).collect();
    let len = keys.len();
    let data = Data::Dict { keys: keys.into(), names: Arc::new(names) };
    let chunk = Chunk::new(Origin::default(), len, vec![Column::new(data, Logical::Category)]).unwrap();
    let error = survey.add(&chunk).unwrap_err().to_string();
    assert!(error.contains("'id'") && error.contains("1000000"), "{error}");
    let mut survey = Survey::new([Ask { name: "id".into(), categories: false, values: false }]);
    survey.add(&chunk).unwrap();
    assert!(survey.columns()[0].categories().is_empty(), "not asked for, not counted");
}
