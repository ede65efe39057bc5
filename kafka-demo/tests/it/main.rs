//! The demo as its reader meets it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod interrupt;
mod readme;
