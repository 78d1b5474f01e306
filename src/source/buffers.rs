//! Memory that is used again: what a chunk has left takes the values of a later one.
//!
//! Fresh memory costs more than what is written to it: the kernel clears it page by page, and whoever fills a `Vec` by
//! slices clears it once more. Owns the blocks that nobody holds; knows no format.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use bytemuck::Pod;

use crate::data::chunk::Values;

/// Blocks that are free. Clones share them.
#[derive(Clone, Debug)]
pub(in crate::source) struct Buffers(Arc<Free>);

#[derive(Debug)]
struct Free {
    blocks: Mutex<Vec<Vec<u64>>>,
    most: usize,
}

/// A block in use: 8-byte words that hold what they held before.
#[derive(Debug)]
pub(in crate::source) struct Buffer {
    words: Vec<u64>,
    home: Arc<Free>,
}

impl Buffers {
    /// Keeps at most so many free blocks.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Free { blocks: Mutex::default(), most }))
    }

    /// A block of at least so many bytes, whatever is in them.
    pub fn take(&self, len_bytes: usize) -> Buffer {
        let len = len_bytes.div_ceil(8);
        let free = {
            let mut blocks = self.0.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            let fits = blocks.iter().rposition(|block| block.len() >= len);
            // What is too small now will be so again.
            fits.map(|at| blocks.swap_remove(at)).or_else(|| blocks.pop().map(|_| Vec::new()))
        };
        let words = free.filter(|block| block.len() >= len).unwrap_or_else(|| vec![0; len]);
        Buffer { words, home: Arc::clone(&self.0) }
    }
}

impl Buffer {
    /// All of it as values of another type; of its size there are at least as many as were asked for.
    pub fn slots<T: Pod>(&self) -> &[T] {
        bytemuck::try_cast_slice(&self.words).unwrap_or_default()
    }

    /// The same to be written.
    pub fn slots_mut<T: Pod>(&mut self) -> &mut [T] {
        bytemuck::try_cast_slice_mut(&mut self.words).unwrap_or_default()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut blocks = self.home.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.len() < self.home.most {
            blocks.push(std::mem::take(&mut self.words));
        }
    }
}

/// Some of the values of a block.
struct View<T> {
    block: Arc<Buffer>,
    start: usize,
    len: usize,
    kind: PhantomData<fn() -> T>,
}

impl<T: Pod> AsRef<[T]> for View<T> {
    fn as_ref(&self) -> &[T] {
        self.block.slots::<T>().get(self.start..self.start + self.len).unwrap_or_default()
    }
}

/// `len` values of a block from the `start`-th on; none where there are not so many.
pub(in crate::source) fn values<T: Pod>(block: &Arc<Buffer>, start: usize, len: usize) -> Values<'static, T> {
    Values::Shared(Arc::new(View { block: Arc::clone(block), start, len, kind: PhantomData::<fn() -> T> }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_used_again_when_nobody_sees_it() {
        let buffers = Buffers::new(1);
        let mut block = buffers.take(80);
        block.slots_mut::<f64>()[3] = 2.5;
        let block = Arc::new(block);
        let (pair, none) = (values::<f64>(&block, 3, 2), values::<f64>(&block, 9, 2));
        assert_eq!((pair.len(), pair[0], none.len()), (2, 2.5, 0));
        drop(block);
        assert_eq!(buffers.take(80).slots::<f64>()[3], 0.0, "it is still seen");
        drop((pair, none));
        assert_eq!(buffers.0.blocks.lock().unwrap().len(), 1, "no more than one is kept");
        assert!(buffers.take(800).slots::<u32>().len() >= 200, "too small a block is not given");
    }
}
