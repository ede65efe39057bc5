//! User activity, live: events go by HTTP to Kafka, are counted exactly once, and are on a page a moment later.
//!
//! [`collect`] takes them, [`process`] counts them in [`windows`], [`archive`] keeps them as Parquet, [`board`] reads the
//! totals, [`analysis`] says what is out of the ordinary, [`serve`] shows it. Each part is a lesson of one of the demos.

pub mod analysis;
pub mod archive;
mod assignment;
pub mod band;
pub mod board;
mod brake;
pub mod collect;
pub mod event;
mod health;
mod kafka;
mod metrics;
mod options;
pub mod pipeline;
pub mod process;
pub mod serve;
pub mod snapshot;
mod stop;
mod surroundings;
pub mod totals;
mod traffic;
pub mod windows;

pub use options::{Options, Part};
