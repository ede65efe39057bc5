//! The demo as its reader meets it: the command line, the signals and the README.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod cli;
mod readme;
mod server;
mod shutdown;
