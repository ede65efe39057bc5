//! The demo as its reader meets it: the command line, the signals, the README, and clients that mean harm.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod hostile;
mod readme;
mod server;
mod shutdown;
