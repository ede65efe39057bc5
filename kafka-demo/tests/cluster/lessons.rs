//! Every lesson finds on the cluster what its original found there. Those that the README shows on the cluster say so
//! themselves, in the last line that is compared there.

use kafka_demo::{KafkaDemo, LESSONS};

use crate::{Test, readme};

pub fn tests() -> Vec<(String, Test)> {
    let test = |lesson: &'static lesson::Lesson<_>| {
        let name = format!("same_as_the_original::{}", lesson.name().replace('-', "_"));
        let run: Test = Box::new(|cluster| lesson::same::<KafkaDemo>(lesson, &cluster.options));
        (name, run)
    };
    let shown: Vec<_> = readme::shown().map(|(command, _)| command).collect();
    let is_shown = |lesson: &&lesson::Lesson<_>| {
        let run = format!(" -- {} ", lesson.name());
        shown.iter().any(|command| command.contains(&run))
    };
    LESSONS
        .iter()
        .filter(|lesson| !is_shown(lesson))
        .map(test)
        .collect()
}
