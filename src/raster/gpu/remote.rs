//! The rasterizer on this side of the border: orders what the one behind it does, and waits for it.
//!
//! Batches are handed over whole and come back empty, one call later: while a group is drawn the next one is encoded, and
//! two groups are all that is ever held.

use std::collections::HashMap;
use std::sync::Arc;

use super::border::{Border, Pending};
use super::workshop::Workshop;
use crate::canvas::Canvas;
use crate::error::{Error, Result};
use crate::mark::{Batch, Cell, Glyph};
use crate::program::{Footprint, Program};
use crate::raster::{GROUP_MARKS, Rasterizer};

/// The workshop, and the rasterizers open in it.
pub(super) struct Floor {
    // Before the workshop: rasterizers are dropped first.
    open: HashMap<u64, Box<dyn Rasterizer>>,
    next: u64,
    workshop: Workshop,
}

impl Floor {
    pub(super) fn new(workshop: Workshop) -> Self {
        Self { open: HashMap::new(), next: 0, workshop }
    }

    fn at(&mut self, key: u64) -> Result<&mut Box<dyn Rasterizer>> {
        self.open.get_mut(&key).ok_or_else(ended)
    }
}

fn ended() -> Error {
    Error::gpu("the drawing has ended already")
}

/// The bytes of the marks that wait behind the border, with their values.
pub(super) fn planned_bytes(program: &Program) -> u64 {
    let mark_bytes = match program.footprint {
        Footprint::Cell => size_of::<Cell>(),
        Footprint::Stamp(_) => size_of::<Glyph>(),
    };
    GROUP_MARKS as u64 * (mark_bytes + 8 * program.slots()) as u64
}

/// One rasterizer behind the border.
#[derive(Debug)]
pub(super) struct Remote {
    border: Arc<Border<Floor>>,
    key: u64,
    description: String,
    kernel: &'static str,
    drawing: Option<Pending<Vec<Batch>>>,
}

impl Remote {
    /// Opens a rasterizer behind the border.
    pub(super) fn open(border: Arc<Border<Floor>>, program: &Program, start: Canvas) -> Result<Self> {
        let program = program.clone();
        let opened = border.ask("opening a canvas on the GPU", move |floor| {
            let rasterizer = floor.workshop.open(&program, start)?;
            let known = (floor.next, rasterizer.description(), rasterizer.kernel());
            floor.open.insert(floor.next, rasterizer);
            floor.next += 1;
            Ok(known)
        });
        let (key, description, kernel) = opened.wait()?;
        Ok(Self { border, key, description, kernel, drawing: None })
    }

    /// Waits for the batches under way and returns them, empty.
    fn settle(&mut self) -> Result<Vec<Batch>> {
        self.drawing.take().map_or_else(|| Ok(Vec::new()), Pending::wait)
    }
}

impl Rasterizer for Remote {
    fn draw(&mut self, batches: Vec<Batch>) -> Result<Vec<Batch>> {
        let spare = self.settle()?;
        let key = self.key;
        self.drawing = Some(self.border.ask("drawing on the GPU", move |floor| floor.at(key)?.draw(batches)));
        Ok(spare)
    }

    fn drain(&mut self) -> Result<()> {
        self.settle()?;
        let key = self.key;
        self.border.ask("drawing on the GPU", move |floor| floor.at(key)?.drain()).wait()
    }

    fn snapshot(&mut self) -> Result<Canvas> {
        self.settle()?;
        let key = self.key;
        self.border.ask("reading the picture back from the GPU", move |floor| floor.at(key)?.snapshot()).wait()
    }

    fn gpu_secs(&mut self) -> Option<f64> {
        self.settle().ok()?;
        let key = self.key;
        self.border.ask("asking the GPU for the time", move |floor| Ok(floor.at(key)?.gpu_secs())).wait().ok()?
    }

    fn finish(mut self: Box<Self>) -> Result<Canvas> {
        self.settle()?;
        let key = self.key;
        let finish = move |floor: &mut Floor| floor.open.remove(&key).ok_or_else(ended)?.finish();
        self.border.ask("reading the picture back from the GPU", finish).wait()
    }

    fn description(&self) -> String {
        self.description.clone()
    }

    fn kernel(&self) -> &'static str {
        self.kernel
    }
}

impl Drop for Remote {
    /// Nobody waits for it: the border does when it closes.
    fn drop(&mut self) {
        let key = self.key;
        drop(self.border.ask("closing a canvas on the GPU", move |floor| {
            floor.open.remove(&key);
            Ok(())
        }));
    }
}
