//! The demo as its reader meets it: the command line, the signals, the README, and clients that mean harm.

mod cli;
mod hostile;
mod readme;
mod server;
mod shutdown;
