//! Unit tests of the ledger.

use super::*;
use crate::data::chunk::{Column, Data, Logical, Position};

const ROLES: [Role; 2] = [Role::X, Role::Y];

fn chunk(unparsed: Option<Unparsed>, step: u64) -> Chunk<'static> {
    let number = || Column::new(Data::F64(vec![0.0; 10].into()), Logical::Number { integer: false });
    let told = Column { unparsed, ..number() };
    Chunk::new(Origin::default(), 10, vec![number(), told]).unwrap().with_step(step)
}

fn origin(input: usize, first_row: u64) -> Origin {
    Origin { input, first_row, position: Position::Row(first_row) }
}

#[test]
fn rows_are_counted_once_in_all_and_by_input_side_and_reason() {
    let told = Unparsed { count: 2, rows: vec![4, 6], row: 108, line: 55, text: "bad".into() };
    let mut tally = Tally { drawn: 3, outside: Outside { left: 1, right: 0, above: 2, below: 0 }, ..Tally::default() };
    tally.invalid.note(Reason::NotFinite, || (2, Role::X));
    tally.invalid.note(Reason::NoNumber, || (4, Role::Y));
    tally.invalid.note(Reason::NoNumber, || (6, Role::Y));
    let mut ledger = Ledger::default();
    ledger.add(&tally, &chunk(Some(told), 2), &ROLES, origin(1, 100));
    ledger.add(&tally, &chunk(None, 1), &ROLES, origin(3, 0));
    ledger.skip(0, 5);
    ledger.filter(1, 7);
    let rows = ledger.rows;
    assert_eq!((rows.total, rows.read, rows.drawn, rows.outside, rows.invalid), (30, 25, 6, 6, 6));
    assert_eq!((rows.filtered, rows.skipped, rows.is_consistent()), (7, 5, true));
    assert_eq!(ledger.outside, Outside { left: 2, right: 0, above: 4, below: 0 });
    let reasons: Vec<_> = ledger.invalid.iter().map(|(reason, rows, first)| (reason, rows, *first)).collect();
    let first = |row, line, role| FirstInvalid { input: 1, row, line, role };
    assert_eq!(
        reasons,
        [(Reason::NoNumber, 4, first(108, Some(55), Role::Y)), (Reason::NotFinite, 2, first(104, None, Role::X)),]
    );
    assert_eq!(ledger.first_invalid(), Some(first(104, None, Role::X)), "the earliest of any reason");
    let mut sum = Rows::default();
    for input in &ledger.inputs {
        assert!(input.rows.is_consistent());
        assert_eq!(input.rows.outside, input.outside.sum());
        sum += input.rows;
    }
    assert_eq!((sum, ledger.inputs.len()), (rows, 4));
}

#[test]
fn a_line_is_told_of_the_text_that_it_belongs_to_alone() {
    let told = Unparsed { count: 2, rows: vec![4, 6], row: 4, line: 55, text: "bad".into() };
    let mut tally = Tally::default();
    // The first text lies in a row that lacks x already.
    tally.invalid.note(Reason::NoNumber, || (6, Role::Y));
    let mut ledger = Ledger::default();
    ledger.add(&tally, &chunk(Some(told), 1), &ROLES, origin(0, 0));
    assert_eq!(ledger.first_invalid().unwrap().line, None);
}
