//! Draws on a Vulkan device.
