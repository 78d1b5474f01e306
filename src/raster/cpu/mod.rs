//! Draws on the processor's cores.
