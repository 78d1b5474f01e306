//! What the tests stand on: pictures and their comparison, the program as a process, NumPy's files, the oracle, the
//! adapter, and a driver that fails.

pub(crate) mod array;
pub(crate) mod binary;
pub(crate) mod faults;
pub(crate) mod gpu;
pub(crate) mod oracle;
mod picture;
pub(crate) mod poppler;
mod random;
pub(crate) mod strace;
pub(crate) mod table;

pub(crate) use picture::{
    CLOSE, CLOSE_STRONG, EXACT, Picture, Tolerance, Verdict, WITHIN_ONE, assert_same, compare, triptych,
};
pub(crate) use random::Random;
