//! Hours' worth of events, posted to ours as fast as they are accepted: whether its memory stays as it is.

use std::{path::Path, time::Duration};

use anyhow::Result;
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use super::{
    LARGE,
    live::Live,
    load::Client,
    programs::{Pipeline, Programs, Which},
    visitors::Visitors,
};
use crate::report::{self, Case, Column, Subject};

const HOUR: u32 = 3600;
const PER_SECOND: u32 = 200;
const EVERY: Duration = Duration::from_millis(200);
const QUARTERS: [&str; 4] = ["first quarter", "second quarter", "third quarter", "last quarter"];

/// A look at a process.
#[derive(Serialize)]
struct Look {
    resident_kib: u64,
}

impl report::Round for Look {
    const COLUMNS: &'static [Column<Self>] = &[Self::CHART];
    const CHART: Column<Self> = Column {
        heading: "resident MiB",
        figure: |look| Some(look.resident_kib as f64 / 1024.0),
        decimals: 1,
    };
}

pub(super) async fn measure(programs: &Programs, hours: u32, out: &Path) -> Result<()> {
    let pipeline = programs.start(Which::Ours)?;
    let measured = measured(&pipeline, hours, out).await;
    programs.end(pipeline).await?;
    measured
}

async fn measured(pipeline: &Pipeline, hours: u32, out: &Path) -> Result<()> {
    let seconds = hours * HOUR;
    let mut live = Live::open(&pipeline.live).await?;
    let client = Client::new(&pipeline.events)?;
    let mut visitors = Visitors::new(PER_SECOND, Duration::from_secs(seconds.into()))?;
    let mut cases: Vec<_> = pipeline
        .processes()
        .iter()
        .map(|(name, _)| Case {
            lesson: (*name).to_owned(),
            subjects: Vec::new(),
        })
        .collect();
    let mut looks = interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for quarter in QUARTERS {
        let posts = PER_SECOND * seconds / QUARTERS.len() as u32 / LARGE;
        let posts = (0..posts)
            .map(|_| visitors.post(LARGE))
            .collect::<Result<Vec<_>>>()?;
        for case in &mut cases {
            case.subjects.push(Subject::new(quarter));
        }
        let work = async {
            client.at_full_speed(posts).await?;
            live.shows(visitors.made()).await
        };
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => {
                    done?;
                    break;
                }
                _ = looks.tick() => {}
            }
            for ((_, process), case) in pipeline.processes().iter().zip(&mut cases) {
                let resident_kib = process.memory_kib()?;
                if let Some(subject) = case.subjects.last_mut() {
                    subject.rounds.push(Look { resident_kib });
                    subject.peak_memory_kib = subject.peak_memory_kib.max(resident_kib);
                }
            }
        }
        let peaks = cases.iter().filter_map(|case| {
            let peak = case.subjects.last()?.peak_memory_kib;
            Some(format!("{} {:.1} MiB", case.lesson, peak as f64 / 1024.0))
        });
        let peaks: Vec<_> = peaks.collect();
        eprintln!("{} events are shown: {}", visitors.made(), peaks.join(", "));
    }
    pipeline.has_counted(&visitors).await?;
    // The last one is compared with each of the others.
    for case in &mut cases {
        case.subjects[1..].rotate_right(1);
    }
    let note = format!(
        "{} events, {PER_SECOND} for each second of {hours} h, posted as fast as they are accepted: the medians and the \
         peaks of the memory that each process had while each quarter of them was posted and shown.",
        visitors.made(),
    );
    report::write(&cases, &note, out)
}
